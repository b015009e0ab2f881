package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// openAtOnce is how many streams are being opened at the same time: enough to
	// be quick, too few to fill the server's backlog of connections.
	openAtOnce = 64
	// quietLimit is how long no stream may receive anything before what is
	// missing counts as lost.
	quietLimit = 5 * time.Second
)

// Run does what o says and reports what came of it. It returns an error if o
// is not valid, if the streams cannot be opened, or if ctx ends first; whatever
// happens after that is in the report. On return everything that was opened is closed.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return newRun(o).do(ctx)
}

// run is one run.
type run struct {
	options  Options
	target   *target
	prefix   string // of the run's markers
	monitor  *monitor
	quiet    time.Duration
	schedule *schedule
	arrivals latencies // of messages on streams
	acks     latencies // of answers

	subscribers []*subscriber
	publishers  []*publisher
	readers     sync.WaitGroup
	unfenced    atomic.Int64  // subscribers that still expect messages
	allFenced   chan struct{} // closed when there are none
}

// newRun prepares a run. The options are valid.
func newRun(o Options) *run {
	o = o.withDefaults()
	t, _ := parseTarget(o.Address)
	r := &run{
		options: o, target: t, prefix: newPrefix(), monitor: newMonitor(t), quiet: quietLimit,
		schedule: &schedule{
			start: time.Now(), messages: int64(o.Messages), duration: o.Duration, rate: float64(o.Rate),
		},
		allFenced: make(chan struct{}),
	}
	for i := range o.Subscribers {
		r.subscribers = append(r.subscribers, r.newSubscriber(i%o.Rooms))
	}
	for i := range o.Publishers {
		request := newMessageRequest(t, r.prefix, i, o.Size)
		r.publishers = append(r.publishers, newPublisher(t, request, r.schedule, &r.acks, o.Rooms))
	}
	r.unfenced.Store(int64(o.Subscribers))
	return r
}

func (r *run) newSubscriber(room int) *subscriber {
	s := &subscriber{
		room: room, rooms: r.options.Rooms, schedule: r.schedule, latencies: &r.arrivals,
		fenced: func() {
			if r.unfenced.Add(-1) == 0 {
				close(r.allFenced)
			}
		},
	}
	s.scanner = scanner{marker: markerFinder{prefix: []byte(r.prefix)}, receive: s.receive}
	return s
}

func (r *run) do(ctx context.Context) (*Report, error) {
	defer r.monitor.close()
	running, stop := context.WithCancel(ctx)
	defer r.readers.Wait()
	defer stop() // closes every connection, which ends the readers
	report := &Report{
		Address: r.options.Address, Subscribers: r.options.Subscribers, Publishers: r.options.Publishers,
		Rooms: r.options.Rooms, Size: r.options.Size, Rate: r.options.Rate,
	}
	var err error
	if r.options.Idle > 0 {
		err = r.idle(running, report)
	} else {
		err = r.load(running, report)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	stop()
	r.readers.Wait()
	r.tally(report)
	return report, nil
}

// idle measures the server's memory before and after the streams are open.
func (r *run) idle(ctx context.Context, report *Report) error {
	before, settledBefore, err := r.monitor.settle(ctx)
	if err != nil {
		return err
	}
	if err := r.openStreams(ctx); err != nil {
		return err
	}
	after, settledAfter, err := r.monitor.settle(ctx)
	n := r.options.Idle
	report.Memory = &Memory{
		Streams: n, Before: before.resident, After: after.resident,
		PerStream: (after.resident - before.resident) / float64(n),
		Settled:   settledBefore && settledAfter,
	}
	return err
}

// load sends messages and waits until they are delivered.
func (r *run) load(ctx context.Context, report *Report) error {
	if err := r.openStreams(ctx); err != nil {
		return err
	}
	before, noMetrics := r.monitor.read(ctx)
	own := ownCPU()
	r.publish(ctx)
	r.drain(ctx)
	report.CPU = &CPU{Generator: (ownCPU() - own).Seconds()}
	if after, err := r.monitor.read(ctx); noMetrics == nil && err == nil {
		report.CPU.Server = after.cpu - before.cpu
	}
	return nil
}

// openStreams opens all streams and starts their readers.
func (r *run) openStreams(ctx context.Context) error {
	opening, openCtx := errgroup.WithContext(ctx)
	opening.SetLimit(openAtOnce)
	for i, s := range r.subscribers {
		opening.Go(func() error {
			if openCtx.Err() != nil {
				return nil
			}
			if err := s.open(ctx, r.target); err != nil {
				return fmt.Errorf("cannot open stream %d of %d at %s: %w", i+1, len(r.subscribers), r.options.Address, err)
			}
			r.readers.Go(s.read)
			return nil
		})
	}
	return opening.Wait()
}

// publish sends until the schedule is over, then a fence to each room.
func (r *run) publish(ctx context.Context) {
	r.schedule.begin = r.schedule.now()
	var sending sync.WaitGroup
	for _, p := range r.publishers {
		sending.Go(func() { p.run(ctx) })
	}
	sending.Wait()
	for room := range min(r.options.Rooms, r.options.Subscribers) {
		// If it fails, its streams end with the quiet limit.
		_, _ = r.publishers[0].send(ctx, fence, room, r.schedule.now())
	}
	for _, p := range r.publishers {
		p.client.close()
	}
}

// drain waits until every stream had its fence or has ended, or all were quiet.
func (r *run) drain(ctx context.Context) {
	if len(r.subscribers) == 0 {
		return
	}
	quiet := time.NewTicker(r.quiet)
	defer quiet.Stop()
	for before := int64(-1); ; {
		select {
		case <-r.allFenced:
			return
		case <-ctx.Done():
			return
		case <-quiet.C:
		}
		now := r.progress()
		if now == before {
			return
		}
		before = now
	}
}

// progress returns how many deliveries there were so far.
func (r *run) progress() int64 {
	sum := int64(0)
	for _, s := range r.subscribers {
		sum += s.progress.Load()
	}
	return sum
}
