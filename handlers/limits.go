package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"plainchat/chat"
	"plainchat/internal/limits"
)

// clientOf is whom the limits count a request for.
func clientOf(r *http.Request) limits.Client { return limits.ParseClient(clientAddr(r)) }

const (
	// roomsPerStream is how many rooms the open streams may listen to, for each stream that
	// there may be. A stream of several rooms costs more than one of a single room: each of
	// its rooms has it in a list, and gets its presence.
	roomsPerStream = 4
	// openingSeconds is how long it takes until a client may open as many streams again as it
	// may have open, but openingAtLeast. It may open those at once, as all that are behind one
	// address do when they come back after a restart.
	openingSeconds = 10
	openingAtLeast = 100
)

// streamLimiter counts the open streams and the rooms that they listen to, in all and of
// each client, and makes those wait who open streams too fast. Its methods may be called
// concurrently.
type streamLimiter struct {
	streams, rooms *limits.Shares
	opening        *limits.Rates
	refused        atomic.Int64
}

// newStreamLimiter takes numbers of streams; 0 is no limit.
func newStreamLimiter(most, mostOfClient int) *streamLimiter {
	rooms := func(streams int) int64 {
		if streams <= 0 {
			return 0
		}
		return int64(max(streams*roomsPerStream, maxStreamRooms))
	}
	l := &streamLimiter{
		streams: limits.NewShares(int64(most), int64(mostOfClient)),
		rooms:   limits.NewShares(rooms(most), rooms(mostOfClient)),
	}
	if mostOfClient > 0 {
		burst := max(mostOfClient, openingAtLeast)
		l.opening = limits.NewRates(float64(burst)/openingSeconds, burst)
	}
	return l
}

// enter counts a stream in and waits for its turn, or returns why there may be no further
// one, or ctx's error. For each that was counted in, leave must be called once.
//
// It waits where it could refuse, since an EventSource that is refused gives up for good.
// No more streams wait than there may be.
func (l *streamLimiter) enter(ctx context.Context, client limits.Client, rooms int) error {
	if err := l.take(client, rooms); err != nil {
		l.refused.Add(1)
		return err
	}
	if err := l.opening.Wait(ctx, client); err != nil {
		l.leave(client, rooms)
		return err
	}
	return nil
}

func (l *streamLimiter) take(client limits.Client, rooms int) error {
	switch err := l.streams.Take(client, 1); {
	case errors.Is(err, limits.ErrClient):
		return errClientStreams
	case err != nil:
		return errStreams
	}
	err := l.rooms.Take(client, int64(rooms))
	if err == nil {
		return nil
	}
	l.streams.Return(client, 1)
	if errors.Is(err, limits.ErrClient) {
		return errClientRooms
	}
	return errRooms
}

// leave counts a stream out.
func (l *streamLimiter) leave(client limits.Client, rooms int) {
	l.streams.Return(client, 1)
	l.rooms.Return(client, int64(rooms))
}

// A client may use up at once what it may use in byteSeconds, and at least atOnce bytes:
// more than the longest message or answer.
const (
	byteSeconds = 30
	atOnce      = 1 << 20
)

// newByteRates takes bytes in a second; 0 is no limit.
func newByteRates(perSecond int) *limits.Rates {
	return limits.NewRates(float64(perSecond), max(atOnce, perSecond*byteSeconds))
}

// limitBytes bounds how many bytes of messages each client sends.
func (s *Server) limitBytes(r *http.Request, d chat.Draft) error {
	if s.writes == nil || isOperator(r) {
		return nil
	}
	const row = 128 // about what the log takes for a message beside its strings
	size := row + len(d.Room) + len(d.From.Name) + len(d.Key) + len(d.Text())
	if wait := s.writes.Take(clientOf(r), size); wait > 0 {
		return rateLimited("problem.sending_too_much", wait)
	}
	return nil
}

// limitRate bounds how many messages each client sends in a second.
func (s *Server) limitRate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.sends != nil && !isOperator(r) { // else nobody needs to know the client
			if wait := s.sends.Take(clientOf(r), 1); wait > 0 {
				s.refuseSending(w, r, rateLimited("problem.sending_too_fast", wait))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// refuseSending answers what is refused unread. The form of a page is read all the same, for
// the text that its person would lose.
func (s *Server) refuseSending(w http.ResponseWriter, r *http.Request, cause error) {
	s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if !fromPageForm(r) {
			return cause
		}
		if param(r, "id") != "" { // it is about a message, and only an edit has a text
			if parseForm(w, r) != nil || !r.PostForm.Has("message") {
				return cause
			}
			return s.failEdit(w, r, r.PostForm.Get("message"), cause)
		}
		room, err := roomOf(r)
		if err != nil {
			return cause
		}
		in, err := s.receiveMessage(w, r)
		if !in.form {
			return cause
		}
		return s.failForm(w, r, room, in, errors.Join(cause, err))
	})(w, r)
}

// rateLimited is the refusal of what came too soon.
func rateLimited(key string, wait time.Duration) *problem {
	p := newProblem(http.StatusTooManyRequests, "rate_limited", key)
	p.retryAfter = strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	return p
}
