package handlers

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
)

// keepViews keeps views of a log as the program does.
func keepViews(t testing.TB, log views.Log) *views.Projector {
	t.Helper()
	p := views.Start(views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { p.Close() })
	return p
}

// happen appends events to the lobby, each of another person.
func happen(t testing.TB, s *Server, bodies ...chat.Body) {
	t.Helper()
	for i, body := range bodies {
		from := chat.Person{Name: chat.Name(fmt.Sprint("p", i))}
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: from, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	built(t, s)
	if err := s.Views.Await(t.Context(), uint64(len(bodies))); err != nil {
		t.Fatal(err)
	}
}

// built waits until the views can be asked.
func built(t testing.TB, s *Server) {
	t.Helper()
	for moved := s.Views.Moved(); !s.Views.Ready(); moved = s.Views.Moved() {
		<-moved // taken before it was asked, or the last move could be missed
	}
}

var anyTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{3})?Z`)

// told returns an answer with e for the log's epoch and T for each time.
func told(t *testing.T, s *Server, target string, header http.Header) string {
	t.Helper()
	answer := ask(s, target, header)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", target, answer.Code, answer.Body)
	}
	return anyTime.ReplaceAllString(strings.ReplaceAll(answer.Body.String(), s.Store.Epoch(), "e"), "T")
}

// aStory is a little of everything.
var aStory = []chat.Body{
	chat.Message{Text: "one"}, chat.Message{Text: "two\nlines"}, chat.Message{Text: "three", ReplyTo: 2}, chat.Message{Text: "four", ReplyTo: 1},
	chat.Edit{Of: 2, Text: "\ntwo, better\nlines"}, chat.Pin{Of: 2}, chat.Reaction{Of: 2, Emoji: "👍"}, chat.Reaction{Of: 2, Emoji: "👍"},
	chat.Delete{Of: 1}, chat.Message{Text: "five"},
}

// History tells messages as they stand, and plain ones as it always did.
func TestHistoryAsItStands(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, aStory...)
	const want = `{"id":"e-1","seq":1,"room":"lobby","user_name":"p0","message":"","deleted":true,"time":"T"}
{"id":"e-2","seq":2,"room":"lobby","user_name":"p1","message":"\ntwo, better\nlines","time":"T","edited":"T","pinned":true,"replies":1,"reactions":[{"emoji":"👍","count":2,"names":["p6","p7"]}]}
{"id":"e-3","seq":3,"room":"lobby","user_name":"p2","message":"three","reply_to":"e-2","time":"T","quote":{"id":"e-2","user_name":"p1","message":"two, better"}}
{"id":"e-4","seq":4,"room":"lobby","user_name":"p3","message":"four","reply_to":"e-1","time":"T","quote":{"id":"e-1","user_name":"p0","message":"","deleted":true}}
{"id":"e-10","seq":10,"room":"lobby","user_name":"p9","message":"five","time":"T"}
`
	if got := told(t, s, "/messages", http.Header{"Accept": {typeNDJSON}}); got != want {
		t.Errorf("history is\n%s\nwant\n%s", got, want)
	}
	const transcript = `T  p0: (deleted)
T  p1: 
    two, better
    lines (edited)
T  p2: > p1: two, better
    three
T  p3: > p0: (deleted)
    four
T  p9: five
`
	if got := told(t, s, "/rooms/lobby", http.Header{}); got != transcript {
		t.Errorf("the transcript is\n%s\nwant\n%s", got, transcript)
	}
}

// While the views are being built, messages are as they were written, and those that were
// deleted are not.
func TestHistoryWithoutViews(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, aStory...)
	s.messages = views.NewMessages(s.Store, nil)
	const want = `T  p0: (deleted)
T  p1: two
    lines
T  p2: > p1: two
    three
T  p3: > p0: (deleted)
    four
T  p9: five
`
	if got := told(t, s, "/rooms/lobby", http.Header{}); got != want {
		t.Errorf("the transcript is\n%s\nwant\n%s", got, want)
	}
}

// An answer is no longer than it may be by what has become of short messages.
func TestAnswersWithChangesAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("it has one goroutine")
	}
	for name, text := range worstTexts {
		s := newUnlistened(t, 0)
		built(t, s)
		var bodies []chat.Body
		for range 100 {
			bodies = append(bodies, chat.Message{Text: "x"})
		}
		for i := range uint64(100) {
			bodies = append(bodies, chat.Edit{Of: i + 1, Text: text}, chat.Reaction{Of: i + 1, Emoji: "👍"}, chat.Reaction{Of: i + 1, Emoji: "❤️"}, chat.Pin{Of: i + 1})
		}
		happen(t, s, bodies...)
		for kind, way := range waysToRead {
			if kind == "gzip" {
				continue
			}
			if n := ask(s, way.target, way.header).Body.Len(); n > answerBytes+16<<10 || n < answerBytes/2 {
				t.Errorf("%s as %s: %d bytes", name, kind, n)
			}
		}
		if held := s.unread.Held(); held != 0 {
			t.Errorf("%d bytes are counted for answers that have been read", held)
		}
	}
}
