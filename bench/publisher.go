package bench

import (
	"context"
	"errors"
	"time"
)

// publisher sends messages, one after the other's answer.
type publisher struct {
	sender   sender
	schedule *schedule
	spread   *spread
	latency  *latencies

	acked    []uint32 // tickets
	statuses map[int]int
	unknown  int           // requests that were sent and got no answer
	err      error         // the last one's
	lastAck  time.Duration // when it came
}

// run sends until the schedule ends, the server cannot be reached, or ctx ends.
func (p *publisher) run(ctx context.Context) {
	for {
		ticket, sent, ok := p.schedule.take(ctx)
		if !ok {
			return
		}
		status, err := p.sender.send(ctx, p.spread.room(ticket), ticket, sent)
		if ctx.Err() != nil {
			return
		}
		p.note(ticket, sent, status, err)
		if errors.Is(err, errUnreachable) {
			return
		}
	}
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
	if err == nil && acknowledges(status) {
		p.lastAck = p.schedule.now()
		h := p.latency.take()
		h.record(p.lastAck - sent)
		p.latency.put(h)
		p.acked = append(p.acked, uint32(ticket))
	}
}

// acknowledges reports whether an answer means that the message was taken. plainchat
// says 201; some servers say 202 where nobody listens.
func acknowledges(status int) bool { return status/100 == 2 }
