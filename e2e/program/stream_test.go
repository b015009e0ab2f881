package program

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

// stream is an open event stream.
type stream struct {
	*eventstream.Reader
	io.Closer
	header http.Header
	proto  string        // "HTTP/1.1"
	raw    *bytes.Buffer // what was read of it
}

// stream opens an event stream, after an event if its id is not empty.
func (s *server) stream(ctx context.Context, query, lastEventID string) (*stream, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/events?"+query, nil)
	if err != nil {
		return nil, err
	}
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, &refusal{status: res.StatusCode}
	}
	raw := new(bytes.Buffer)
	return &stream{eventstream.NewReader(io.TeeReader(res.Body, raw)), res.Body, res.Header, res.Proto, raw}, nil
}

// open opens a stream and reads its hello.
func (s *server) open(query string) *stream {
	s.t.Helper()
	st, err := s.stream(bounded(s.t), query, "")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { st.Close() })
	if ev := st.next(s.t); ev.Type != eventHello {
		s.t.Fatalf("the stream begins with %+v", ev)
	}
	return st
}

// Types of events.
const (
	eventHello    = "hello"
	eventMessage  = "my response"
	eventPresence = "presence"
)

// next returns the next event.
func (st *stream) next(t *testing.T) eventstream.Event {
	t.Helper()
	ev, err := st.Next()
	if err != nil {
		t.Fatalf("%v after %q", err, ending(st.raw.String()))
	}
	return ev
}

// message returns the next message.
func (st *stream) message(t *testing.T) chat.Event {
	t.Helper()
	ev := st.next(t)
	for ev.Type == eventPresence {
		ev = st.next(t)
	}
	message, err := messageIn(ev)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

// messageIn reads the message that an event must be, and holds the event's id
// against it.
func messageIn(ev eventstream.Event) (chat.Event, error) {
	var message chat.Event
	if ev.Type != eventMessage {
		return message, fmt.Errorf("%q where a message was expected: %s", ev.Type, ev.Data)
	}
	if err := message.UnmarshalJSON([]byte(ev.Data)); err != nil {
		return message, err
	}
	if message.ID.String() != ev.LastEventID {
		return message, fmt.Errorf("message %s has the event id %q", message.ID, ev.LastEventID)
	}
	return message, nil
}
