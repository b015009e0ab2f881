package bench

import "context"

// idle measures the server's memory before and after the streams are open, and then
// how long one message takes to all of the first room.
func (r *run) idle(ctx context.Context, report *Report) error {
	before, settledBefore, err := r.monitor.settle(ctx)
	if err != nil {
		return err
	}
	if err := r.openStreams(ctx); err != nil {
		return err
	}
	after, settledAfter, err := r.monitor.settle(ctx)
	if err != nil {
		return err
	}
	n := r.options.Idle
	report.Memory = &Memory{
		Streams: n, Before: before.resident, After: after.resident,
		PerStream: (after.resident - before.resident) / float64(n),
		Settled:   settledBefore && settledAfter,

		GoroutinesBefore: int(before.goroutines), GoroutinesAfter: int(after.goroutines),
	}
	report.OneToAll = r.oneToAll(ctx)
	r.sendFences(ctx)
	r.drain(ctx)
	return nil
}

// oneToAll sends one message to the first room and waits until all its streams have
// it, or nothing has arrived for the quiet limit.
func (r *run) oneToAll(ctx context.Context) *OneToAll {
	report := &OneToAll{Streams: (len(r.subscribers) + r.options.Rooms - 1) / r.options.Rooms}
	r.began = r.schedule.now()
	status, err := r.publishers[0].sender.send(ctx, 0, 0, r.began)
	r.publishers[0].note(0, r.began, status, err)
	r.awaitProgress(ctx, int64(report.Streams))
	return report
}

// tallyOneToAll adds the times once the readers have stopped.
func (r *run) tallyOneToAll(report *OneToAll) {
	for _, s := range r.subscribers {
		if s.arrived == 0 {
			continue
		}
		took := (s.lastArrival - r.began).Seconds()
		if report.Received == 0 || took < report.First {
			report.First = took
		}
		report.Last = max(report.Last, took)
		report.Received++
	}
}
