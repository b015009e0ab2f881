package program

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"plainchat/internal/eventstream"
)

// members are those of a wire form that are of interest here.
type members struct {
	ID      string          `json:"id"`
	Message string          `json:"message"`
	Body    json.RawMessage `json:"body"`
}

func membersOf(t *testing.T, data string) (m members) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

// nextOf returns the next event of a type.
func (st *stream) nextOf(t *testing.T, kind string) eventstream.Event {
	t.Helper()
	for {
		if ev := st.next(t); ev.Type == kind {
			return ev
		}
	}
}

// TestBody: what the marks in a text mean is told beside the text wherever messages are read, and
// does not hold up the acknowledgement.
func TestBody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	live := s.open("room=tea")
	const bold, struck = `[{"t":"p","c":[{"t":"strong","c":["now"]}]}]`, `[{"t":"p","c":[{"t":"del","c":["now"]}]}]`
	ann := s.guest("Ann")
	write := func(text string) members {
		var ack json.RawMessage
		ann.must(http.MethodPost, "/rooms/tea/messages", map[string]string{"user_name": "Ann", "message": text}, &ack)
		m := membersOf(t, string(ack))
		if m.Body != nil {
			t.Errorf("the acknowledgement has the body %s", m.Body)
		}
		return m
	}
	write("later")
	posted := write("**now**")
	want := map[string]string{"later": "", "**now**": bold}
	caughtUp := s.open("room=tea&since=all")
	for range want {
		ev := live.nextOf(t, eventMessage)
		if m := membersOf(t, ev.Data); string(m.Body) != want[m.Message] {
			t.Errorf("the stream has %s", ev.Data)
		}
		if again := caughtUp.nextOf(t, eventMessage); again.Data != ev.Data {
			t.Errorf("a stream from the beginning has %s, and one that was open %s", again.Data, ev.Data)
		}
	}
	var history struct{ Messages []members }
	_, answer := s.get("/rooms/tea/messages", nil)
	if err := json.Unmarshal([]byte(answer), &history); err != nil {
		t.Fatal(err)
	}
	for _, m := range history.Messages {
		if string(m.Body) != want[m.Message] {
			t.Errorf("the history has the body %s of %q", m.Body, m.Message)
		}
	}
	ann.must(http.MethodPatch, "/rooms/tea/messages/"+posted.ID, map[string]string{"message": "~~now~~"}, nil)
	if m := membersOf(t, live.nextOf(t, "edit").Data); string(m.Body) != struck {
		t.Errorf("the edit has the body %s", m.Body)
	}
	_, answer = s.get("/rooms/tea/messages/"+posted.ID, nil)
	if m := membersOf(t, answer); string(m.Body) != struck {
		t.Errorf("the edited message is %s", answer)
	}
	if _, transcript := s.get("/rooms/tea", http.Header{"Accept": {"text/plain"}}); !strings.Contains(transcript, ": ~~now~~") {
		t.Errorf("the transcript has not the text as it was typed: %s", transcript)
	}
}
