package handlers

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
)

// transcript answers with a page of a room's history as text to read in a
// terminal. With ?follow it continues with what is said from then on.
func (s *Server) transcript(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	page, err := s.page(r, q)
	if err != nil {
		return err
	}
	if !q.has("follow") || r.Method == http.MethodHead {
		return s.sendHistory(w, r, page, formatTranscript(languageOf(r)))
	}
	for name, seq := range map[string]uint64{"around": page.Around, "thread": page.Thread} {
		if seq != 0 {
			return badField(name, "conflict", "problem.places", "name", name, "other", "follow")
		}
	}
	return s.follow(w, r, page)
}

// follow answers with the end of a room's history, of what came after the page's beginning
// if it has one, and with what is said from then on.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, page views.Page) error {
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return err
	}
	page.Before, page.Forward = last+1, false
	transcript := formatTranscript(languageOf(r))
	h, err := s.readHistory(r, page, transcript.size)
	if err != nil {
		return err
	}
	release, err := s.hold(r, h.memory)
	if err != nil {
		return err
	}
	linkPages(w, r, views.Page{Page: store.Page{Limit: page.Limit}}, h) // to what is older
	release = sync.OnceFunc(release)
	defer release() // of a stream that ended early
	end, err := s.openStream(w, r, []chat.Room{page.Room}, "")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", transcript.contentType)
	inLanguage(w, transcript.language)
	w.Header().Set("Cache-Control", "no-store, no-transform")
	w.Header().Set("X-Accel-Buffering", "no")
	out, done := s.Broker.Writer(w)
	err = transcript.write(out, h.Messages)
	release()
	if err == nil {
		err = s.transcribe(r, out, transcript, broker.Following{Rooms: []chat.Room{page.Room}, After: last, Client: clientOf(r).Network(), May: s.rightsOf(h.reader), Idle: followIdle})
	}
	done()
	end(err)
	panic(http.ErrAbortHandler) // no end of it is a proper one
}

// followIdle is after how long without a message a transcript has an empty line, for what lies
// on the way and ends silent connections.
const followIdle = 45 * time.Second

// transcribe writes what happens in a room until that or its reader ends, and returns why.
func (s *Server) transcribe(r *http.Request, out io.Writer, transcript format, f broker.Following) (err error) {
	var line []byte
	for ev, ended := range s.Broker.Follow(r.Context(), f) {
		switch {
		case errors.Is(ended, broker.ErrIdle):
			line = append(line[:0], '\n')
		case ended != nil:
			return ended
		case ev.Text() == "":
			continue
		default:
			line = transcript.append(line[:0], asMessage(ev))
		}
		if _, err = out.Write(line); err != nil {
			break
		}
	}
	return err
}

// asMessage is an event as a transcript has it: an edit is the message as it is now.
func asMessage(ev chat.Event) *views.Message {
	m := &views.Message{Event: ev}
	if _, text, revises := chat.Revision(ev.Body); revises {
		m.Body, m.Edited = chat.Message{Text: text}, ev.Time
	}
	return m
}
