package handlers

import (
	"bufio"
	"bytes"
	"net"
	"net/http"

	"plainchat/broker"
	"plainchat/chat"
)

// transcript answers with a page of a room's history as text to read in a
// terminal. With ?follow it goes on with what is said from then on.
func (s *Server) transcript(w http.ResponseWriter, r *http.Request) error {
	page, err := s.pageQuery(r)
	if err != nil {
		return err
	}
	if !r.URL.Query().Has("follow") || r.Method == http.MethodHead {
		events, _, err := s.page(r, page)
		if err != nil {
			return err
		}
		return writeText(w, string(transcribe(nil, events...)))
	}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return err
	}
	page.Before, page.After = last+1, 0
	events, _, err := s.page(r, page)
	if err != nil {
		return err
	}
	since := chat.ID{Epoch: s.Store.Epoch(), Seq: last}.String()
	return s.stream(&transcriber{ResponseWriter: w, past: transcribe(nil, events...)}, r,
		broker.Subscription{Rooms: []chat.Room{page.Room}, Since: since})
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

// transcriber turns the event stream written to it into a transcript. Each write
// is of whole frames, as a stream written through its ResponseWriter has them.
type transcriber struct {
	http.ResponseWriter
	past []byte // what was said before the stream; written first
}

// Unwrap lets http.ResponseController reach the deadlines.
func (t *transcriber) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Hijack keeps the stream in our hands: written straight to the socket it would
// not come through Write.
func (t *transcriber) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrNotSupported
}

func (t *transcriber) Write(frames []byte) (int, error) {
	t.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := t.past
	t.past = nil
	for frame := range bytes.SplitSeq(frames, []byte("\n\n")) {
		if ev, ok := messageIn(frame); ok {
			out = transcribe(out, ev)
		}
	}
	if _, err := t.ResponseWriter.Write(out); err != nil {
		return 0, err
	}
	return len(frames), nil
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
