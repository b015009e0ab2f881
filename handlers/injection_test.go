package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/internal/eventstream"
	"plainchat/store"
)

// injections would be fields, events or ends of either, were they written to a stream as
// they are.
var injections = []string{
	"a\nb", "a\rb", "a\r\nb", "a\n\nb", "a\r\rb", "a\n", "\ra", "a\u2028b\u2029c\u0085d\ve\ff",
	"\n\nid: e-999999\nevent: gap\ndata: {}\n\n", "\r\rid:\rdata: x\r\r", "\nretry: 0\n\n", "\n: comment\n\n", "\nevent: hello\n\n",
	"data: a", "id: 1", "event: gap", "retry: 1", ": a", "data", "\ufeffdata: a\n\n", "\u009b2J\x1b[2J\x7f", `\n\ndata: a`, `"}` + "\n\n" + `{"`,
}

// injectedNames are those that a name may be.
var injectedNames = []string{"data: a", "id: e-1", "event: gap", "retry: 0", ": a", `a\n\nb`, `"},{"`, "\\u000a"}

// TestNothingTypedIsAField: texts and names come out of a stream as they went in, but for
// the ends of lines, one event each, with the same bytes whether they come live, from the tape or from the
// log; and no line of it is any but what a server writes.
func TestNothingTypedIsAField(t *testing.T) {
	s := newListened(t)
	live := openStream(t, s, "since=all")
	var want []string
	for _, text := range injections {
		want = append(want, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s.say(t, "Ann", text)))
	}
	for _, name := range injectedNames {
		want = append(want, s.say(t, name, "hello"))
	}
	frames := live.read(t, want)
	if replayed := openStream(t, s, "since=all").read(t, want); !slices.Equal(replayed, frames) {
		t.Errorf("live %q\nbut from the log %q", frames, replayed)
	}
	const kept = 3
	for back := range kept { // from the tape
		rest := len(want) - 1 - back
		since := fmt.Sprintf("since=%s-%d", s.epoch, rest)
		if got := openStream(t, s, since).read(t, want[rest:]); !slices.Equal(got, frames[rest:]) {
			t.Errorf("live %q\nbut from the tape %q", frames[rest:], got)
		}
	}
}

// listened is a server behind a listener, with a tape so short that most of its log is
// off it.
type listened struct{ url, epoch string }

func newListened(t *testing.T) listened {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger, TapeFrames: 4})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := New(Options{Store: log, Service: StartService(t, log), Broker: streams, Metrics: NewMetrics(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	t.Cleanup(streams.Close)
	return listened{server.URL, log.Epoch()}
}

// say sends a message and returns it as "name: text".
func (s listened) say(t *testing.T, name, text string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"user_name": name, "message": text})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(s.url+"/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("%q by %q: %s", text, name, res.Status)
	}
	return name + ": " + text
}

// openedStream is a stream, with what was read of it.
type openedStream struct {
	*eventstream.Reader
	raw *bytes.Buffer
}

func openStream(t *testing.T, s listened, query string) openedStream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/events?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	raw := new(bytes.Buffer)
	st := openedStream{eventstream.NewReader(io.TeeReader(res.Body, raw)), raw}
	if ev, err := st.Next(); err != nil || ev.Type != "hello" {
		t.Fatalf("the stream begins with %+v, %v", ev, err)
	}
	return st
}

// streamLine is what a line of a stream may be.
var streamLine = regexp.MustCompile(`^(id: [a-z0-9]+-[0-9]+|event: (hello|my response)|data: \{[^\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}]*\}|retry: [0-9]+|:.*|)$`)

var messageFrame = regexp.MustCompile(`id: [^\n]*\ndata: [^\n]*\nevent: my response\n\n`)

// read reads as many events as there are messages, holds them against those, and
// returns the frames as they were on the wire.
func (st openedStream) read(t *testing.T, want []string) []string {
	t.Helper()
	for _, said := range want {
		ev, err := st.Next()
		if err != nil {
			t.Fatal(err)
		}
		var message chat.Event
		if err := message.UnmarshalJSON([]byte(ev.Data)); err != nil {
			t.Fatalf("%v in %+v", err, ev)
		}
		if got := string(message.From.Name) + ": " + message.Text(); got != said || ev.Type != "my response" || ev.LastEventID != message.ID.String() {
			t.Errorf("%+v of %q", ev, said)
		}
	}
	for line := range strings.SplitSeq(st.raw.String(), "\n") {
		if !streamLine.MatchString(line) {
			t.Errorf("a line is %q", line)
		}
	}
	frames := messageFrame.FindAllString(st.raw.String(), -1)
	if len(frames) != len(want) {
		t.Fatalf("%d frames of %d messages: %q", len(frames), len(want), st.raw)
	}
	return frames
}
