package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/internal/console"
	"plainchat/internal/growth"
	"plainchat/policy"
	"plainchat/service"
)

// lastState is how long the last state of a message that has grown is tried; and lastStateDraining, by a
// server that ends.
const (
	lastState         = 10 * time.Second
	lastStateDraining = 2 * time.Second
)

// grown is a message that grows with the body of a request. The body may take days, as the output of
// whatever writes it does; what is kept of it does not grow.
type grown struct {
	*Server
	r       *http.Request
	conn    *http.ResponseController
	caller  policy.Caller
	draft   chat.Draft // without its text
	message *growth.Message
	put     chat.Event // the message as it was put last; zero before
	trouble error      // why the last try to put it failed
}

// putLive writes a message that grows with the body, and answers with it at the body's end.
func (s *Server) putLive(w http.ResponseWriter, r *http.Request) error {
	g, err := s.grow(w, r)
	if err != nil {
		return err
	}
	client := clientOf(r)
	if err := s.lives.enter(client); err != nil {
		return err
	}
	defer s.lives.leave(client)
	err = g.run()
	s.Logger.Info("live message ended", "id", g.put.ID, "room", g.draft.Room, "user_name", g.draft.From.Name, "client", clientAddr(r), "err", err)
	_ = g.conn.SetWriteDeadline(time.Now().Add(pieceTimeout)) // that of the server has passed
	if err != nil {
		return err
	}
	w.Header().Set("Location", messagePath(g.put))
	writeAck(w, http.StatusCreated, g.put, false)
	return nil
}

// grow checks what there is of a message before its text.
func (s *Server) grow(w http.ResponseWriter, r *http.Request) (*grown, error) {
	room, err := roomOf(r)
	if err != nil {
		return nil, err
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, errMediaType
	}
	q, err := parseQuery(r)
	if err != nil {
		return nil, err
	}
	in := input{bare: true, text: "to come"}
	if err := in.complete(r, q); err != nil {
		return nil, err
	}
	g := &grown{Server: s, r: r, conn: http.NewResponseController(w)}
	if g.caller, g.draft, err = s.draft(r, room, in); err != nil {
		return nil, err
	}
	if g.caller.Person.ID == "" { // so that nobody else can make it grow
		if g.caller.Author == "" {
			g.caller.Author = rand.Text()
		}
		g.draft.Key = chat.AuthorKey(g.caller.Author)
	} else if g.draft.Key == "" {
		g.draft.Key = rand.Text()
	}
	g.message = growth.New(growth.Options{
		Title: console.Title(q.get("title")), Put: g.say, Retry: g.retry,
		LeftOut: func(lines int) string { return languageOf(r).Text("text.lines_left_out", "n", lines) },
	})
	return g, s.Service.MayWrite(g.caller, room, g.draft.From.Name)
}

// run has the message grow until the body ends, or the server does.
func (g *grown) run() error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(g.r.Context()))
	defer cancel()
	_ = g.conn.SetReadDeadline(time.Time{}) // what writes the body may be silent for as long as it works
	interrupt := func() { _ = g.conn.SetReadDeadline(time.Unix(1, 0)) }
	defer context.AfterFunc(g.ending, interrupt)()
	ended := make(chan error, 1)
	go func() {
		err := g.message.Run(ctx)
		if err != nil {
			interrupt()
		}
		ended <- err
	}()
	start := time.Now()
	err := g.read(ctx)
	status := chat.Status{State: chat.Ended, Took: time.Since(start).Truncate(time.Millisecond)}
	patience := lastState
	if err != nil {
		status = chat.Status{State: chat.Lost}
	}
	if g.ending.Err() != nil {
		patience = lastStateDraining
	}
	g.message.End(status)
	defer time.AfterFunc(patience, cancel).Stop()
	return g.outcome(err, <-ended)
}

// outcome is why there is no message that is whole, if so.
func (g *grown) outcome(read, put error) error {
	switch {
	case put != nil && g.trouble != nil:
		return g.trouble
	case put != nil:
		return put
	case read != nil && g.ending.Err() != nil:
		return errDraining
	case read != nil:
		return unreadable(read)
	case g.put.ID.Seq == 0:
		_, err := chat.ParseText("")
		return err
	}
	return nil
}

// read reads the body, no faster than its client may send.
func (g *grown) read(ctx context.Context) error {
	buf := make([]byte, 16<<10)
	for {
		n, err := g.r.Body.Read(buf)
		_, _ = g.message.Write(buf[:n]) // which never fails
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for wait := g.lives.bytes.Take(clientOf(g.r), n); wait > 0; wait = g.lives.bytes.Take(clientOf(g.r), n) {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return ctx.Err()
			case <-g.ending.Done():
				return errDraining
			}
		}
	}
}

// say has the message say a text. Each time counts as a message does.
func (g *grown) say(_ context.Context, text string, status chat.Status) error {
	d := g.draft
	reply, _ := d.Body.(chat.Message)
	d.Body = chat.Message{Text: text, ReplyTo: reply.ReplyTo}
	if g.sends != nil {
		if wait := g.sends.Take(clientOf(g.r), 1); wait > 0 {
			return rateLimited("problem.sending_too_fast", wait)
		}
	}
	if err := g.limitBytes(g.r, d); err != nil {
		return err
	}
	ev, _, err := g.admit(g.r, func(ctx context.Context) (chat.Event, bool, error) {
		ev, _, err := g.Service.Put(ctx, g.caller, d, status)
		if errors.Is(err, service.ErrUnchanged) {
			err = nil
		}
		return ev, false, err
	})
	if g.trouble = err; err == nil {
		g.put = ev
	}
	return err
}

// retry waits, unless the message will never be taken.
func (g *grown) retry(ctx context.Context, err error) error {
	p := problemOf(err)
	if p.Status < http.StatusInternalServerError && p.Status != http.StatusTooManyRequests || p == errDraining {
		return err
	}
	const longest = 5 * time.Second
	asked, _ := strconv.Atoi(p.retryAfter) // 0 if it says nothing
	select {
	case <-time.After(min(longest, max(1, time.Duration(asked))*time.Second)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
