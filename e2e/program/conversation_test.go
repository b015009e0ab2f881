package program

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

// curl starts curl, which the README promises to be enough.
func (s *server) curl(args ...string) *process {
	s.t.Helper()
	return launch(s.t, exec.CommandContext(bounded(s.t), "curl", append([]string{"--silent", "--show-error", "--no-buffer"}, args...)...))
}

// plainchat starts another process of the program, as a client of the server.
func (s *server) plainchat(command string, args ...string) *process {
	s.t.Helper()
	return launch(s.t, program(s.t, []string{"PLAINCHAT_URL=" + s.url}, append([]string{command}, args...)...))
}

// messagesIn are the messages in the text of an event stream.
func messagesIn(t *testing.T, text string) []chat.Event {
	t.Helper()
	var messages []chat.Event
	for events := eventstream.NewReader(strings.NewReader(text)); ; {
		ev, err := events.Next()
		if err != nil {
			return messages
		}
		if ev.Type == eventMessage {
			message, err := messageIn(ev)
			if err != nil {
				t.Fatal(err)
			}
			messages = append(messages, message)
		}
	}
}

// linesIn are the messages in lines of JSON.
func linesIn(t *testing.T, text string) []chat.Event {
	t.Helper()
	var messages []chat.Event
	for line := range strings.Lines(text) {
		var message chat.Event
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		messages = append(messages, message)
	}
	return messages
}

// TestConversation: everybody in a room gets the same messages in the same order,
// whatever they listen and speak with; who comes late gets what was said, once.
func TestConversation(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	room := s.url + "/rooms/tea"
	listeners := []*process{s.curl(room + "/events"), s.curl("-H", "Accept: text/event-stream", s.url+"/events?room=tea&user_name=Mina")}
	for _, listener := range listeners {
		listener.stdout.awaitCount(t, "event: hello\n", 1)
	}
	tailing := s.plainchat("tail", "--json", "--room=tea", "--since=all")

	const each = 8
	var senders sync.WaitGroup
	for name, send := range map[string]func(text string) *process{
		"curl text": func(text string) *process { return s.curl("-d", text, room+"/messages?user_name=curl") },
		"curl JSON": func(text string) *process {
			return s.curl("--json", fmt.Sprintf(`{"user_name":"curl","message":%q}`, text), room+"/messages")
		},
		"program": func(text string) *process { return s.plainchat("send", "--room=tea", "--name=program", text) },
	} {
		senders.Go(func() {
			for i := range each {
				if p := send(fmt.Sprintf("%s %d", name, i)); p.wait() != 0 {
					t.Errorf("%s: %s%s", name, p.stdout, p.stderr)
				}
			}
		})
	}
	senders.Wait()

	s.checkAllHear(listeners, tailing, 3*each)
	listeners = append(listeners, s.curl(room+"/events?since=all"))
	s.checkAllHear(listeners, tailing, 3*each)
	s.say("tea", "one more")
	s.checkAllHear(listeners, tailing, 3*each+1)
}

// checkAllHear waits until each has got n messages, and compares.
func (s *server) checkAllHear(listeners []*process, tailing *process, n int) {
	s.t.Helper()
	want := linesIn(s.t, tailing.stdout.awaitCount(s.t, "\n", n))
	if len(want) != n {
		s.t.Errorf("the program printed %d messages, want %d", len(want), n)
	}
	for i, listener := range listeners {
		text := listener.stdout.await(s.t, func(text string) bool {
			return strings.Count(text, "event: my response\n\n") >= n // a heartbeat may follow
		})
		if got := messagesIn(s.t, text); !slices.Equal(got, want) {
			s.t.Errorf("listener %d got %d messages:\n%v\nwant\n%v", i, len(got), got, want)
		}
	}
}
