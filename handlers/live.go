package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store"
	"plainchat/views"
)

// liveIdle is after how long without news a page is told that it is still connected: for what
// lies on the way and ends silent connections, and for the page, which has a notice that shows
// itself when it has not been told for a while (live.css).
const liveIdle = 20 * time.Second

// A page of a room that is read without script only ever grows. After so many rows, or so many
// signs of life, it begins again: which takes more than five hours of silence.
const (
	liveRowsMost  = 500
	liveBeatsMost = 1000
)

// errAgain ends a page that is to begin again.
var errAgain = errors.New("handlers: the page has grown long")

// getLive answers with a room as a page without end: its newest messages, and each new one as it
// is written. It works without script.
func (s *Server) getLive(w http.ResponseWriter, r *http.Request) error {
	err := s.live(w, r)
	if p := problemOf(err); err != nil && p.retryAfter != "" {
		w.Header().Set("Refresh", p.retryAfter) // nobody may be there to reload it
	}
	return err
}

func (s *Server) live(w http.ResponseWriter, r *http.Request) error {
	view, err := s.liveView(r)
	if err != nil {
		return err
	}
	if view.Frame {
		return s.liveFrame(w, r, view)
	}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return err
	}
	h, err := s.readHistory(r, views.Page{Page: store.Page{Room: view.Room, Limit: defaultLimit, Before: last + 1}}, htmlSize)
	if err != nil {
		return err
	}
	s.liveHeader(w, languageOf(r))
	if r.Method == http.MethodHead {
		return nil
	}
	release, err := s.hold(r, h.memory)
	if err != nil {
		return err
	}
	release = sync.OnceFunc(release)
	defer release() // of a page that ended early
	end, err := s.openStream(w, r, []chat.Room{view.Room}, "")
	if err != nil {
		return err
	}
	endsWithConnection(w, r)
	out, done := s.Broker.Writer(w)
	l := &livePage{Server: s, language: languageOf(r), view: view, may: s.rightsOf(h.reader), out: out, rows: newLiveRows(view, asker(h.reader))}
	err = l.begin(h.History)
	release()
	if err == nil {
		err = l.follow(r.Context(), broker.Following{
			Rooms: []chat.Room{view.Room}, After: min(last, h.Upto), Client: clientOf(r).Network(), May: l.may, Idle: liveIdle,
		})
	}
	l.finish(err)
	done()
	end(err)
	return nil
}

// liveFrame answers with what leads a frame to the page without end.
func (s *Server) liveFrame(w http.ResponseWriter, r *http.Request, view liveView) error {
	if _, err := s.listener(r, view.Room); err != nil {
		return err
	}
	s.liveHeader(w, languageOf(r))
	return s.pages.execute(w, languageOf(r), "live-frame", view)
}

// liveHeader sets the header of a page without end.
func (s *Server) liveHeader(w http.ResponseWriter, language *locale.Catalogue) {
	inLanguage(w, language)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	// The room's own page has it in a frame, for those without script.
	h.Set(headerCSP, contentPolicy(strings.Join(append([]string{"'self'"}, s.EmbedOrigins...), " ")))
}

// endsWithConnection has a page over HTTP/1.1 end with its connection, and not with a last chunk.
// A browser takes a page whose last chunk is missing for one that is still loading, and never
// loads it again; so a server that was killed would leave dead pages behind.
func endsWithConnection(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 {
		w.Header().Set("Transfer-Encoding", "identity")
	}
}

// livePage is a page without end, as far as it has been written.
type livePage struct {
	*Server
	language *locale.Catalogue
	view     liveView
	may      func(chat.Room) error // nil for a right that does not end
	rows     *liveRows
	out      io.Writer
	page     bytes.Buffer
	beats    int
	beat     time.Time // of the last sign of life
}

// begin writes the page as far as the room's history goes.
func (l *livePage) begin(h views.History) error {
	if h.More {
		l.view.Older = l.view.Path() + "?before=" + h.Messages[0].ID.String()
	}
	if err := l.write("live-begin", l.view); err != nil {
		return err
	}
	for i := range h.Messages {
		if err := l.write("live-row", l.rows.add(&h.Messages[i])); err != nil {
			return err
		}
		h.Messages[i] = views.Message{} // how long it takes is up to the reader
	}
	if err := l.write("live-news", nil); err != nil {
		return err
	}
	return l.sign()
}

// follow writes what happens in the room until that or its reader ends, and returns why.
func (l *livePage) follow(ctx context.Context, f broker.Following) error {
	for ev, err := range l.Broker.Follow(ctx, f) {
		switch {
		case errors.Is(err, broker.ErrIdle):
			err = l.sign()
		case err == nil:
			err = l.happen(ctx, ev)
		}
		if err == nil && time.Since(l.beat) >= liveIdle {
			err = l.sign()
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// happen writes what becomes of the page by an event.
func (l *livePage) happen(ctx context.Context, ev chat.Event) error {
	if _, ok := ev.Body.(chat.RoomState); ok && l.view.Wall {
		return errAgain // its heading is another
	}
	changed := l.rows.changedBy(ev)
	if len(changed) == 0 {
		return nil
	}
	for _, seq := range changed {
		m, err := l.stands(ctx, seq, ev)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		if l.rows.written == liveRowsMost {
			return errAgain
		}
		if err := l.write("live-row", l.rows.add(m)); err != nil {
			return err
		}
	}
	return nil
}

// stands returns a message as it stands after an event; nil if it is gone.
func (l *livePage) stands(ctx context.Context, seq uint64, ev chat.Event) (*views.Message, error) {
	if said, ok := ev.Body.(chat.Message); ok && said.ReplyTo == 0 {
		return &views.Message{Event: ev}, nil // what is just written has not been changed
	}
	h, err := l.messages.Message(ctx, seq, l.rows.asker)
	if err != nil || len(h.Messages) == 0 {
		return nil, err
	}
	return &h.Messages[0], nil
}

// sign tells the page that it is still connected.
func (l *livePage) sign() error {
	if l.beats++; l.beats > liveBeatsMost {
		return errAgain
	}
	l.beat = time.Now()
	return l.write("live-beat", nil)
}

// finish writes the end of the page: why it ends, unless it begins again at once, and that
// browsers load it again.
func (l *livePage) finish(reason error) {
	end := liveEnd{Again: errors.Is(reason, errAgain), Restarting: l.draining()}
	if l.may != nil {
		if denied := l.may(l.view.Room); denied != nil {
			end.Detail = problemOf(denied).in(l.language).Detail
		}
	}
	_ = l.write("live-end", end) // the reader may have gone
}

func (l *livePage) write(template string, data any) error {
	l.page.Reset()
	if err := l.pages.execute(&l.page, l.language, template, data); err != nil {
		return err
	}
	_, err := l.out.Write(l.page.Bytes())
	return err
}
