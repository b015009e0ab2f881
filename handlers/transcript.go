package handlers

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"sync"
	"time"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
)

// transcript answers with a page of a room's history as text to read in a
// terminal. With ?follow it goes on with what is said from then on.
func (s *Server) transcript(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	page, err := s.page(r, q)
	if err != nil {
		return err
	}
	c, err := s.listener(r, page.Room)
	if err != nil {
		return err
	}
	if !q.has("follow") || r.Method == http.MethodHead {
		return s.sendHistory(w, r, page, formatTranscript)
	}
	return s.follow(w, r, page, s.rightsOf(c))
}

// follow answers with the end of a room's history, of what came after the page's beginning
// if it has one, and with what is said from then on.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, page store.Page, may func(chat.Room) error) error {
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return err
	}
	page.Before, page.Forward = last+1, false
	h, err := s.readHistory(r, page, formatTranscript.size)
	if err != nil {
		return err
	}
	release, err := s.hold(r, h.memory)
	if err != nil {
		return err
	}
	linkPages(w, r, store.Page{Limit: page.Limit}, h) // to what is older
	release = sync.OnceFunc(release)
	defer release() // of a stream that ended early
	since := chat.ID{Epoch: s.Store.Epoch(), Seq: last}.String()
	return s.stream(&transcriber{ResponseWriter: w, past: h.Messages, pastWritten: release}, r,
		broker.Subscription{Rooms: []chat.Room{page.Room}, Since: since, HeartbeatEvents: true, May: may})
}

// transcriber turns the event stream written to it into a transcript.
type transcriber struct {
	http.ResponseWriter
	past        []views.Message // what was said before the stream; written first
	pastWritten func()          // called once it is
	frame       []byte          // the beginning of a frame whose end has yet to come
	silence     int             // heartbeats since a message was written
}

const (
	// followTimeout is how long a reader may take for a piece before it is cut, as on every
	// stream.
	followTimeout = 10 * time.Second
	// silentBeats is after how many heartbeats, of which one comes every 15 s, a transcript has
	// an empty line, for what lies on the way and ends silent connections.
	silentBeats = 3
)

// Unwrap lets http.ResponseController reach the deadlines.
func (t *transcriber) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Hijack keeps the stream in our hands: written straight to the socket it would
// not come through Write.
func (t *transcriber) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrNotSupported
}

func (t *transcriber) Write(stream []byte) (int, error) {
	if t.pastWritten != nil {
		if err := t.writePast(); err != nil {
			return 0, err
		}
	}
	rest, out := stream, []byte(nil)
	if len(t.frame) > 0 {
		rest = append(t.frame, stream...)
	}
	for {
		frame, after, whole := bytes.Cut(rest, []byte("\n\n"))
		if !whole {
			break
		}
		out = t.transcribe(out, frame)
		rest = after
	}
	t.frame = append([]byte(nil), rest...)
	_, err := newPieces(t.ResponseWriter, followTimeout).Write(out)
	return len(stream), err
}

func (t *transcriber) writePast() error {
	t.Header().Set("Content-Type", formatTranscript.contentType)
	defer t.pastWritten()
	past := t.past
	t.past, t.pastWritten = nil, nil
	return formatTranscript.write(newPieces(t.ResponseWriter, followTimeout), past)
}

// transcribe appends what a frame is in a transcript.
func (t *transcriber) transcribe(dst, frame []byte) []byte {
	if ev, ok := messageIn(frame); ok {
		t.silence = 0
		return formatTranscript.append(dst, &views.Message{Event: ev})
	}
	if !bytes.HasSuffix(frame, []byte("\nevent: heartbeat")) {
		return dst
	}
	if t.silence++; t.silence < silentBeats {
		return dst
	}
	t.silence = 0
	return append(dst, '\n')
}

// messageIn reads the message in a frame, if that is what it holds.
func messageIn(frame []byte) (ev chat.Event, ok bool) {
	if !bytes.HasSuffix(frame, []byte("\nevent: my response")) {
		return ev, false
	}
	_, data, _ := bytes.Cut(frame, []byte("data: "))
	data, _, _ = bytes.Cut(data, []byte("\n"))
	return ev, ev.UnmarshalJSON(data) == nil
}
