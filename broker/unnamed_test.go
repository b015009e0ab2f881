package broker

import (
	"fmt"
	"net/url"
	"testing"

	"plainchat/internal/eventstream"
)

func TestWithoutMessageNames(t *testing.T) {
	for chunk, want := range map[string]string{
		"id: e-1\ndata: {}\nevent: my response\n\nid: e-2\ndata: {}\nevent: my response\n\n": "id: e-1\ndata: {}\n\nid: e-2\ndata: {}\n\n",
		"data: {\"message\":\"\\nevent: my response\\n\"}\nevent: my response\n\n":           "data: {\"message\":\"\\nevent: my response\\n\"}\n\n",
		"data: {}\nevent: presence\n\n": "data: {}\nevent: presence\n\n",
		":\n":                           ":\n",
		"":                              "",
	} {
		if got := string(bare(withoutMessageNames(asChunk([]byte(chunk))))); got != want {
			t.Errorf("of %q is left %q, want %q", chunk, got, want)
		}
	}
}

// Whoever asks for it gets every message without a name, from the log, from the tape and
// live; beside it others get theirs as ever.
func TestUnnamedMessages(t *testing.T) {
	for _, version := range []string{"HTTP/1.0", "HTTP/1.1"} {
		t.Run(version, func(t *testing.T) {
			s := startServer(t, Options{TapeFrames: 8}).start()
			named := s.listen(since(inRooms("lobby"), "all"))
			for n := range 20 {
				named.expect(s.say("lobby", fmt.Sprint(n)))
			}
			query := url.Values{"room": {"lobby", "tea"}, "since": {"all"}, "event": {"message"}}
			r := eventstream.NewReader(body(t, s.ask("GET /?"+query.Encode()+" "+version, 64<<10)))
			if ev, err := r.Next(); err != nil || ev.Type != eventHello {
				t.Fatalf("the stream begins with %+v, %v", ev, err)
			}
			for n := range 40 {
				if n >= 20 {
					named.expect(s.say("lobby", fmt.Sprint(n)))
				}
				ev, err := r.Next()
				if want := fmt.Sprintf("%s-%d", s.log.Epoch(), n+1); err != nil || ev.Type != "message" || ev.LastEventID != want {
					t.Fatalf("got %+v, %v, want message %s", ev, err, want)
				}
			}
		})
	}
}
