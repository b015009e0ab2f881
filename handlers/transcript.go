package handlers

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"slices"
	"time"

	"plainchat/broker"
	"plainchat/chat"
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
	ctx, cancel := steady(r)
	defer cancel()
	if !q.has("follow") || r.Method == http.MethodHead {
		events, _, err := s.Store.Page(ctx, page)
		if err != nil {
			return err
		}
		return writeText(w, string(transcribe(nil, events...)))
	}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return err
	}
	page.Before, page.After, page.Forward = last+1, 0, false
	events, _, err := s.Store.Page(ctx, page)
	if err != nil {
		return err
	}
	since := chat.ID{Epoch: s.Store.Epoch(), Seq: last}.String()
	return s.stream(&transcriber{ResponseWriter: w, past: transcribe(nil, events...)}, r,
		broker.Subscription{Rooms: []chat.Room{page.Room}, Since: since, HeartbeatEvents: true})
}

// transcribe writes events as text to read in a terminal.
func transcribe(dst []byte, events ...chat.Event) []byte {
	for _, ev := range events {
		dst = ev.Time.AppendFormat(dst, "2006-01-02 15:04:05Z  ")
		dst = append(dst, ev.UserName...)
		dst = append(dst, ": "...)
		dst = append(dst, chat.ForTerminal(ev.Text)...)
		dst = append(dst, '\n')
	}
	return dst
}

// transcriber turns the event stream written to it into a transcript.
type transcriber struct {
	http.ResponseWriter
	past  []byte // what was said before the stream; written first
	frame []byte // the beginning of a frame whose end has yet to come
}

// Unwrap lets http.ResponseController reach the deadlines.
func (t *transcriber) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Hijack keeps the stream in our hands: written straight to the socket it would
// not come through Write.
func (t *transcriber) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrNotSupported
}

func (t *transcriber) Write(stream []byte) (int, error) {
	t.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := t.past
	t.past = nil
	t.frame = append(t.frame, stream...)
	for {
		frame, rest, whole := bytes.Cut(t.frame, []byte("\n\n"))
		if !whole {
			break
		}
		if ev, ok := messageIn(frame); ok {
			out = transcribe(out, ev)
		}
		t.frame = rest
	}
	return len(stream), t.writeSlowly(out)
}

const (
	transcriptPiece   = 4 << 10 // bytes
	transcriptTimeout = 10 * time.Second
)

// writeSlowly gives each piece its own time: the past alone may be megabytes.
func (t *transcriber) writeSlowly(text []byte) error {
	rc := http.NewResponseController(t.ResponseWriter)
	for piece := range slices.Chunk(text, transcriptPiece) {
		_ = rc.SetWriteDeadline(time.Now().Add(transcriptTimeout)) // not every writer has one
		if _, err := t.ResponseWriter.Write(piece); err != nil {
			return err
		}
	}
	return nil
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
