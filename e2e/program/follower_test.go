package program

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync/atomic"

	"plainchat/chat"
)

// follower listens to rooms from the log's beginning as an EventSource does: when
// its stream ends it opens another, after the last event it has got.
type follower struct {
	hearing
	server *server
	last   string        // its Last-Event-ID
	query  string        // of its streams
	opens  atomic.Int64  // how many hellos it has got
	opened chan struct{} // has a place for one; filled by a hello
	heard  chan struct{} // closed when it has heard farewell in all its rooms
}

// farewell is the last text in each room.
const farewell = "farewell"

func newFollower(s *server, who string, rooms ...chat.Room) *follower {
	query := url.Values{"since": {"all"}}
	for _, room := range rooms {
		query.Add("room", string(room))
	}
	return &follower{
		hearing: hearing{who: who, rooms: rooms}, server: s, query: query.Encode(),
		opened: make(chan struct{}, 1), heard: make(chan struct{}),
	}
}

// follow listens until the server is retired. An error is something that must not
// happen, such as a gap.
func (f *follower) follow(ctx context.Context) error {
	for {
		run := f.server.run()
		if err := f.listen(ctx); err != nil {
			return fmt.Errorf("%s: %w", f.who, err)
		}
		if !f.server.after(ctx, run) {
			return ctx.Err()
		}
	}
}

// listen reads one stream to its end.
func (f *follower) listen(ctx context.Context) error {
	st, err := f.server.stream(ctx, f.query, f.last)
	if r, ok := errors.AsType[*refusal](err); ok && r.status != 503 {
		return err
	}
	if err != nil {
		return nil // the server is not there
	}
	defer st.Close()
	for {
		ev, err := st.Next()
		if id := st.LastEventID(); id != "" { // none yet on a stream that was cut before its hello
			f.last = id
		}
		if err != nil {
			return nil
		}
		if ev.Type == eventHello {
			f.opens.Add(1)
			select {
			case f.opened <- struct{}{}:
			default:
			}
			continue
		}
		message, err := messageIn(ev)
		if err != nil {
			return err
		}
		f.record(message)
	}
}

func (f *follower) record(message chat.Event) {
	f.events = append(f.events, message)
	if message.Text() != farewell {
		return
	}
	isFarewell := func(room chat.Room) bool {
		return slices.ContainsFunc(f.events, func(ev chat.Event) bool { return ev.Room == room && ev.Text() == farewell })
	}
	if !slices.ContainsFunc(f.rooms, func(room chat.Room) bool { return !isFarewell(room) }) {
		close(f.heard)
	}
}
