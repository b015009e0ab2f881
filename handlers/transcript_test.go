package handlers

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
)

// A transcript has the messages of its stream, whatever the pieces in which that comes,
// and an empty line where nothing was said for long.
func TestTranscriberReadsPieces(t *testing.T) {
	heartbeat := "data: {}\nevent: heartbeat\n\n"
	message := func(seq uint64, text string) string {
		return "id: e-1\ndata: " + string(said(seq, "Ann", text, noon).AppendJSON(nil)) + "\nevent: my response\n\n"
	}
	stream := "retry: 1000\nid: e-0\ndata: {}\nevent: hello\n\n" +
		message(1, "one") + heartbeat + heartbeat + "data: {}\nevent: presence\n\n" + message(2, "two") +
		strings.Repeat(heartbeat, 7) + message(3, "event: heartbeat")
	const want = "2026-01-02 12:00:00Z  Ann: zero\n2026-01-02 12:00:00Z  Ann: one\n2026-01-02 12:00:00Z  Ann: two\n\n\n2026-01-02 12:00:00Z  Ann: event: heartbeat\n"
	for _, size := range []int{1, 7, 100, len(stream)} {
		w := httptest.NewRecorder()
		written := 0
		tr := &transcriber{ResponseWriter: w, past: []views.Message{said(0, "Ann", "zero", noon)}, pastWritten: func() { written++ }}
		for rest := stream; rest != ""; {
			n := min(size, len(rest))
			if wrote, err := tr.Write([]byte(rest[:n])); wrote != n || err != nil {
				t.Fatalf("wrote %d of %d, %v", wrote, n, err)
			}
			rest = rest[n:]
		}
		if got := w.Body.String(); got != want || written != 1 {
			t.Errorf("in pieces of %d:\n%s\nwant\n%s\nthe past was written %d times", size, got, want, written)
		}
		if len(tr.frame) != 0 {
			t.Errorf("in pieces of %d: %q is left", size, tr.frame)
		}
	}
}

// What the past takes is given back though its reader has gone.
func TestTranscriberOfAReaderThatHasGone(t *testing.T) {
	waits, ending := make(chan struct{}, 1), make(chan struct{})
	close(ending)
	w := &stuck{nil, waits, ending}
	w.header = httptest.NewRecorder().Header()
	written := false
	tr := &transcriber{ResponseWriter: w, past: []views.Message{said(0, "Ann", "zero", noon)}, pastWritten: func() { written = true }}
	if _, err := tr.Write([]byte("retry: 1000\n")); err == nil || !written || tr.past != nil {
		t.Errorf("%v; written: %v", err, written)
	}
}

// A transcript that goes on begins after the id that it was asked for, and without one with
// the newest messages.
func TestFollowBeginsWhereAsked(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	var last string
	for _, text := range []string{"one", "two", "three"} {
		ev, _, err := chatServer.Store.Append(t.Context(), chat.Draft{Room: "tea", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		if text != "three" {
			last = ev.ID.String()
		}
	}
	for query, want := range map[string]string{"": "one", "&limit=2": "two", "&after=" + last: "three"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/rooms/tea?follow"+query, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		res.Body.Close()
		if err != nil || !strings.HasSuffix(line, "Ann: "+want+"\n") {
			t.Errorf("?follow%s begins with %q, %v; want %s", query, line, err, want)
		}
	}
}
