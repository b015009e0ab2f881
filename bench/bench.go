package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Run does what o says and reports what came of it. It returns an error if o
// is not valid, if the server cannot be measured as o asks, if the streams cannot be
// opened, or opened again, or if ctx ends first; whatever else happens is in the report. On return everything that was opened is closed.
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
	pause    time.Duration // between messages of the warm-up
	protocol protocol
	spread   *spread
	schedule *schedule
	began    time.Duration // when sending began, by the schedule's clock
	arrivals latencies     // of messages on streams
	acks     latencies     // of answers

	subscribers []*subscriber
	publishers  []*publisher
	readers     sync.WaitGroup
	unfenced    atomic.Int64  // subscribers that still expect messages
	allFenced   chan struct{} // closed when there are none
	cold        atomic.Int64  // subscribers that have not received anything yet
	allWarm     chan struct{} // closed when there are none
}

// newRun prepares a run. The options are valid.
func newRun(o Options) *run {
	o = o.withDefaults()
	t, _ := parseTarget(o.Address)
	r := &run{
		options: o, target: t, prefix: newPrefix(), monitor: newMonitor(t, o.Process), quiet: quietLimit, pause: warmUpPause,
		spread: newSpread(o.Rooms, o.Zipf),
		schedule: &schedule{
			start: time.Now(), messages: int64(o.Messages), duration: o.Duration, rate: float64(o.Rate),
		},
		allFenced: make(chan struct{}), allWarm: make(chan struct{}),
	}
	r.protocol = newProtocol(o.Protocol, t, r.prefix, o.Size)
	for i := range o.Subscribers {
		r.subscribers = append(r.subscribers, r.newSubscriber(i%o.Rooms))
	}
	for i := range o.Publishers {
		r.publishers = append(r.publishers, &publisher{
			sender: r.protocol.sender(i), schedule: r.schedule, spread: r.spread,
			latency: &r.acks, statuses: make(map[int]int),
		})
	}
	r.unfenced.Store(int64(o.Subscribers))
	r.cold.Store(int64(o.Subscribers))
	return r
}

func (r *run) newSubscriber(room int) *subscriber {
	return &subscriber{
		room: room, protocol: r.protocol, spread: r.spread, schedule: r.schedule, latencies: &r.arrivals,
		fenced: lastOf(&r.unfenced, r.allFenced), warmed: lastOf(&r.cold, r.allWarm),
	}
}

// lastOf returns what counts n down, and closes done when that reaches 0.
func lastOf(n *atomic.Int64, done chan struct{}) func() {
	return func() {
		if n.Add(-1) == 0 {
			close(done)
		}
	}
}

func (r *run) do(ctx context.Context) (*Report, error) {
	defer r.monitor.close()
	if err := r.monitor.check(); err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	defer r.readers.Wait()
	defer stop() // closes every connection, which ends the readers
	report := &Report{
		Address: r.options.Address, Subscribers: r.options.Subscribers, Publishers: r.options.Publishers,
		Rooms: r.options.Rooms, Size: r.options.Size, Rate: r.options.Rate,
	}
	var err error
	switch {
	case r.options.Idle > 0:
		err = r.idle(running, report)
	case r.options.Resume > 0:
		err = r.resume(running, report)
	default:
		err = r.load(running, report)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	r.closeStreams(stop)
	r.tally(report)
	return report, nil
}

// load sends messages and waits until they are delivered.
func (r *run) load(ctx context.Context, report *Report) error {
	if err := r.openStreams(ctx); err != nil {
		return err
	}
	churn := r.startChurn(ctx)
	report.CPU = r.measure(ctx, func() {
		r.publish(ctx)
		r.sendFences(ctx)
		r.drain(ctx)
	})
	report.Churn = churn.stop()
	return nil
}

// measure returns the processor time that work takes.
func (r *run) measure(ctx context.Context, work func()) *CPU {
	before, noUsage := r.monitor.read(ctx)
	own := ownCPU()
	work()
	cpu := &CPU{Generator: (ownCPU() - own).Seconds()}
	if after, err := r.monitor.read(ctx); noUsage == nil && err == nil {
		cpu.Server = after.cpu - before.cpu
	}
	return cpu
}

// publish sends until the schedule is over.
func (r *run) publish(ctx context.Context) {
	r.schedule.begin = r.schedule.now()
	r.began = r.schedule.begin
	r.sendAll(ctx)
}

// sendAll runs the publishers until the schedule is over.
func (r *run) sendAll(ctx context.Context) {
	var sending sync.WaitGroup
	for _, p := range r.publishers {
		sending.Go(func() { p.run(ctx) })
	}
	sending.Wait()
}

// sendFences sends to each room the message after which no more is to be expected.
func (r *run) sendFences(ctx context.Context) {
	r.toEachRoom(ctx, fence) // if one fails, its streams end with the quiet limit
	for _, p := range r.publishers {
		p.sender.close()
	}
}

// toEachRoom sends a message that is not counted to each room that has streams.
func (r *run) toEachRoom(ctx context.Context, ticket int) {
	for room := range min(r.options.Rooms, r.options.Subscribers) {
		_, _ = r.publishers[0].sender.send(ctx, room, ticket, r.schedule.now())
	}
}
