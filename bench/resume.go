package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/locale"
)

const (
	// resumeAtOnce is how many streams are being opened again at the same time: many,
	// as when a server comes back, and fewer than fill its backlog of connections.
	resumeAtOnce = 512
	// resumeLimit is how long all streams may take to catch up.
	resumeLimit = 2 * time.Minute
)

// resume cuts all streams, sends messages that they miss, and lets them come back
// while sending goes on.
func (r *run) resume(ctx context.Context, report *Report) error {
	opened, cut := context.WithCancel(ctx)
	defer cut()
	if err := r.openStreams(opened); err != nil {
		return err
	}
	r.firstMessages(ctx)
	r.closeStreams(cut)
	for i, s := range r.subscribers {
		if err := s.ended(); err != nil {
			return locale.NewError("cli.bench.ended_before", "number", i+1, "streams", len(r.subscribers), "cause", err)
		}
	}
	report.Resume = &Resume{Behind: r.options.Resume}
	var err error
	report.CPU = r.measure(ctx, func() { err = r.comeBack(ctx, report.Resume) })
	return err
}

// firstMessages sends a few messages and waits until the streams have them, so that each
// stops amid the messages of this run.
func (r *run) firstMessages(ctx context.Context) {
	r.schedule.next(2*r.options.Rooms, MaxDuration, 0)
	r.began = r.schedule.begin
	r.sendAll(ctx)
	expected := 0
	acked := r.acknowledged()
	for _, s := range r.subscribers {
		expected += acked[s.room].len()
	}
	r.awaitProgress(ctx, int64(expected))
}

// comeBack sends what the streams miss, as fast as it goes, and opens them again.
func (r *run) comeBack(ctx context.Context, report *Resume) error {
	r.schedule.next(r.options.Resume, MaxDuration, 0)
	r.sendAll(ctx)
	settled := r.expectComebacks()
	r.schedule.next(MaxMessages, resumeLimit, r.options.Rate)
	report.start = r.schedule.begin
	var sending sync.WaitGroup
	sending.Go(func() { r.sendAll(ctx) })
	err := r.openAll(ctx, resumeAtOnce)
	if err == nil {
		waitUntil(ctx, settled, resumeLimit)
	}
	r.schedule.stop()
	sending.Wait()
	if err != nil {
		return err
	}
	r.sendFences(ctx)
	r.drain(ctx)
	return nil
}

// expectComebacks tells each stream what it has missed, and returns what is closed once
// all have received that or cannot any more.
func (r *run) expectComebacks() <-chan struct{} {
	acked := r.acknowledged()
	behind, done := new(atomic.Int64), make(chan struct{})
	for _, s := range r.subscribers {
		s.cut.Store(false)
		left := acked[s.room].missing(s.got)
		if left == 0 {
			continue
		}
		behind.Add(1)
		s.comeback = comeback{
			newer: int(r.schedule.issued.Load()), acked: acked[s.room], left: left, settled: lastOf(behind, done),
		}
	}
	if behind.Load() == 0 {
		close(done)
	}
	return done
}

// waitUntil waits for done, but not longer than limit.
func waitUntil(ctx context.Context, done <-chan struct{}, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// tallyResume adds the times once the readers have stopped.
func (r *run) tallyResume(report *Resume) {
	first, done := newHistogram(), newHistogram()
	for _, s := range r.subscribers {
		c := &s.comeback
		if c.acked == nil {
			continue
		}
		report.Streams++
		if c.firstByte > 0 {
			first.record(c.firstByte - report.start)
		}
		if c.caughtUp > 0 {
			report.CaughtUp++
			done.record(c.caughtUp - report.start)
			report.Seconds = max(report.Seconds, (c.caughtUp - report.start).Seconds())
		}
	}
	report.FirstByte, report.Done = first.percentiles(), done.percentiles()
}
