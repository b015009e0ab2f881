package bench

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// publisher sends messages, one after the other's answer.
type publisher struct {
	client   client
	request  *messageRequest
	schedule *schedule
	rooms    int
	latency  *latencies

	acked    []uint32 // tickets
	statuses map[int]int
	unknown  int           // requests that were sent and got no answer
	err      error         // the last one's
	lastAck  time.Duration // when it came
}

func newPublisher(t *target, request *messageRequest, s *schedule, l *latencies, rooms int) *publisher {
	return &publisher{
		client: client{target: t}, request: request, schedule: s, rooms: rooms,
		latency: l, statuses: make(map[int]int),
	}
}

// run sends until the schedule ends, the server cannot be reached, or ctx ends.
func (p *publisher) run(ctx context.Context) {
	for {
		ticket, sent, ok := p.schedule.take(ctx)
		if !ok {
			return
		}
		status, err := p.send(ctx, ticket, ticket%p.rooms, sent)
		if ctx.Err() != nil {
			return
		}
		p.note(ticket, sent, status, err)
		if errors.Is(err, errUnreachable) {
			return
		}
	}
}

func (p *publisher) send(ctx context.Context, ticket, room int, sent time.Duration) (status int, err error) {
	return p.client.do(ctx, p.request.stamp(room, ticket, sent))
}

// note takes down what became of a message.
func (p *publisher) note(ticket int, sent time.Duration, status int, err error) {
	switch {
	case errors.Is(err, errUnreachable):
		p.err = err
	case err != nil:
		p.unknown++
		p.err = err
	default:
		p.statuses[status]++
	}
	if err == nil && status == http.StatusCreated {
		p.lastAck = p.schedule.now()
		h := p.latency.take()
		h.record(p.lastAck - sent)
		p.latency.put(h)
		p.acked = append(p.acked, uint32(ticket))
	}
}
