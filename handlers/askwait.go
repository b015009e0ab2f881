package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/views"
)

const (
	// longestPoll is how long a request for a question waits at most, since much that lies on the way ends
	// what is silent for longer.
	longestPoll = time.Minute
	// emptyLines is how often whoever waits line by line has an empty one.
	emptyLines = 15 * time.Second
)

// errQuestionOver is the end of a stream that waits for an answer.
var errQuestionOver = errors.New("handlers: the question is over")

// pollAnswer waits until a question is over, but no longer than a time, and reads it again.
func (s *Server) pollAnswer(w http.ResponseWriter, r *http.Request, a *question, wait time.Duration) error {
	end, err := s.openStream(w, r, []chat.Room{a.Room}, "")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	err = s.over(ctx, r, a, 0, nil)
	end(err)
	switch {
	case errors.Is(err, errQuestionOver), ctx.Err() != nil && r.Context().Err() == nil:
		*a, err = s.readAsked(r)
	case r.Context().Err() != nil:
		err = context.Canceled
	}
	return err
}

// untilAnswered answers with empty lines until a question is over, and then with what it has come to.
func (s *Server) untilAnswered(w http.ResponseWriter, r *http.Request, a question) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store, no-transform")
	w.Header().Set("X-Accel-Buffering", "no")
	if a.Ask.State() != views.Open {
		_, _ = newPieces(w, pieceTimeout).Write(appendResult(nil, a.Ask)) // the client has gone
		return nil
	}
	if r.Method == http.MethodHead {
		return nil
	}
	end, err := s.openStream(w, r, []chat.Room{a.Room}, "")
	if err != nil {
		return err
	}
	out, done := s.Broker.Writer(w)
	err = s.over(r.Context(), r, &a, s.askIdle, func() error { return writeLine(out, nil) })
	if errors.Is(err, errQuestionOver) {
		if a, err = s.readAsked(r); err == nil && a.Ask.State() != views.Open {
			err = writeLine(out, appendResult(nil, a.Ask))
		}
	}
	done()
	if err != nil {
		end(err)
		panic(http.ErrAbortHandler) // it has no proper end without an answer
	}
	end(errQuestionOver)
	return nil
}

// writeLine writes a line, or an empty one.
func writeLine(out io.Writer, line []byte) error {
	if line == nil {
		line = []byte("\n")
	}
	_, err := out.Write(line)
	return err
}

// appendResult appends what a question has come to: the choice, or of a poll a line for each with its count.
func appendResult(dst []byte, q *views.Question) []byte {
	if !q.Poll {
		return append(append(dst, q.Choice...), '\n')
	}
	for _, v := range q.Votes {
		dst = fmt.Appendf(dst, "%d\t%s\n", v.Count, v.Choice)
	}
	return dst
}

// over waits for what ends a question, which is errQuestionOver, or for why it cannot wait any more. Whenever idle
// has passed it calls sign.
func (s *Server) over(ctx context.Context, r *http.Request, a *question, idle time.Duration, sign func() error) error {
	following := broker.Following{
		Rooms: []chat.Room{a.Room}, After: a.upto.Seq, Client: clientOf(r).Network(), May: s.rightsOf(a.reader), Idle: idle,
	}
	signed := time.Now()
	for ev, err := range s.Broker.Follow(ctx, following) {
		if err == nil && a.endedBy(ev) {
			return errQuestionOver
		}
		if err != nil && !errors.Is(err, broker.ErrIdle) {
			return err
		}
		if idle > 0 && time.Since(signed) >= idle {
			if err := sign(); err != nil {
				return err
			}
			signed = time.Now()
		}
	}
	return ctx.Err()
}

// endedBy reports whether an event is the end of a question.
func (a *question) endedBy(ev chat.Event) bool {
	if ev.Body.Target() != a.ID.Seq {
		return false
	}
	switch body := ev.Body.(type) {
	case chat.Answer:
		return body.Expired || !a.Ask.Poll
	case chat.Delete:
		return true
	}
	return false
}
