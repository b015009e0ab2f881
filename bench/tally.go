package bench

import (
	"errors"
	"io"
	"maps"
	"net"
	"time"
)

// tally adds up what publishers and subscribers have counted. None of them runs any more.
func (r *run) tally(report *Report) {
	report.Errors = make(map[string]int)
	acked := r.acknowledged()
	if r.options.Idle == 0 {
		report.Sending = r.tallySending()
	}
	if r.options.Idle == 0 && len(r.subscribers) > 0 {
		report.Deliveries = r.tallyDeliveries(acked)
		report.CPU.PerDelivery = report.CPU.Server / float64(max(report.Deliveries.Received, 1))
	}
	if report.OneToAll != nil {
		r.tallyOneToAll(report.OneToAll)
	}
	if report.Resume != nil {
		r.tallyResume(report.Resume)
	}
	for _, p := range r.publishers {
		if p.err != nil {
			report.Errors[describe(p.err)]++
		}
	}
	for i, s := range r.subscribers {
		if f := s.fault(i, acked[s.room]); f != (StreamFault{Stream: f.Stream, Room: f.Room}) {
			report.Faults = append(report.Faults, f)
		}
		if err := s.ended(); err != nil {
			report.Errors[describe(err)]++
		}
	}
}

// acknowledged returns by room which messages were, as the spread numbers them. No
// publisher runs.
func (r *run) acknowledged() []bitmap {
	acked := make([]bitmap, r.options.Rooms)
	for _, p := range r.publishers {
		for _, ticket := range p.acked {
			acked[r.spread.room(int(ticket))].set(r.spread.index(int(ticket)))
		}
	}
	return acked
}

func (r *run) tallySending() *Sending {
	sum := &Sending{Latency: r.acks.merged().percentiles(), Statuses: make(map[int]int)}
	last := time.Duration(0)
	for _, p := range r.publishers {
		sum.Acknowledged += len(p.acked)
		sum.Unanswered += p.unknown
		for status, n := range maps.All(p.statuses) {
			sum.Statuses[status] += n
		}
		last = max(last, p.lastAck)
	}
	sum.Seconds, sum.PerSecond = r.rate(last, sum.Acknowledged)
	return sum
}

func (r *run) tallyDeliveries(acked []bitmap) *Deliveries {
	sum := &Deliveries{Latency: r.arrivals.merged().percentiles()}
	last := time.Duration(0)
	for _, s := range r.subscribers {
		sum.Expected += acked[s.room].len()
		sum.Received += int(s.arrived)
		sum.Lost += acked[s.room].missing(s.got)
		sum.Duplicated += s.duplicated
		sum.OutOfOrder += s.outOfOrder
		sum.Misrouted += s.misrouted
		last = max(last, s.lastArrival)
	}
	sum.Seconds, sum.PerSecond = r.rate(last, sum.Received)
	return sum
}

// rate returns how long it took from the begin of sending to last, and how many in
// a second n makes.
func (r *run) rate(last time.Duration, n int) (seconds, perSecond float64) {
	if n == 0 {
		return 0, 0
	}
	seconds = (last - r.began).Seconds()
	return seconds, float64(n) / seconds
}

// fault returns what went wrong on this stream, given what was acknowledged in its room.
func (s *subscriber) fault(stream int, acked bitmap) StreamFault {
	f := StreamFault{
		Stream: stream, Room: roomName(s.room), Lost: acked.missing(s.got),
		Duplicated: s.duplicated, OutOfOrder: s.outOfOrder, Misrouted: s.misrouted,
	}
	if err := s.ended(); err != nil {
		f.Ended = describe(err)
	}
	return f
}

// describe words an error without the addresses and ports in it, so that equal causes are
// counted together.
func describe(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op + ": " + op.Err.Error()
	}
	if errors.Is(err, io.EOF) {
		return "the server closed the connection"
	}
	return err.Error()
}
