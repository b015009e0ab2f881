package webhooks

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/chat"
	"plainchat/service"
	"plainchat/views"
)

const (
	// atOnce is how many deliveries are made at the same time, and toOne to one webhook; to one
	// whose last try has failed it is one, so that receivers that hang do not keep the others
	// waiting.
	atOnce = 32
	toOne  = 4
	// leadCheck is how often a node that does not deliver looks whether it is to.
	leadCheck = time.Second
	// troublePause is how long after something went wrong here it is tried again.
	troublePause = time.Second
	// drainTimeout is how long deliveries under way may take at the end.
	drainTimeout = 5 * time.Second
)

// Options say what a deliverer works on.
type Options struct {
	Log      Log
	Views    *views.Projector // keeps a View
	Messages *views.Messages
	Service  *service.Service
	Guard    *Guard
	Leads    func() bool // whether it is to deliver, where several nodes could; nil for always
	Logger   *slog.Logger
}

// Counts are how many tries have come to what.
type Counts struct{ Done, Retry, GaveUp, Refused atomic.Int64 }

// Deliverer makes the deliveries that are pending. What has come of each it has the log tell.
type Deliverer struct {
	Counts Counts

	opts    Options
	pending pending
	client  *client
	changed chan struct{} // told when a webhook was made or changed
	landed  chan landing
	running sync.WaitGroup

	// These belong to whoever calls Run.
	flying  map[string]map[uint64]bool // deliveries under way, by webhook and position
	total   int                        // of them
	failing map[string]bool            // webhooks whose last try has failed
	turn    int                        // whose turn it is to be first
}

// landing is a delivery that is no longer under way.
type landing struct {
	job
	failed bool
}

// New returns a deliverer, which begins with Run.
func New(opts Options) *Deliverer {
	d := &Deliverer{
		opts: opts, pending: pending{opts.Log, opts.Views}, client: newClient(opts.Guard),
		changed: make(chan struct{}, 1), landed: make(chan landing, atOnce),
		flying: make(map[string]map[uint64]bool), failing: make(map[string]bool),
	}
	opts.Service.Facts.OnChange(func(ev chat.Event) {
		if _, is := ev.Body.(chat.Webhook); is {
			select {
			case d.changed <- struct{}{}:
			default:
			}
		}
	})
	return d
}

// Pending returns how many deliveries are to be made; not a number if that is not known.
func (d *Deliverer) Pending() float64 { return d.pending.count() }

// Standings returns how each webhook gets on, by their ids. It returns views.ErrNotReady while the
// view is being built.
func (d *Deliverer) Standings(ctx context.Context) (map[string]Standing, error) {
	return d.pending.standings(ctx)
}

// Check is the Guard's.
func (d *Deliverer) Check(host string) error { return d.opts.Guard.Check(host) }

// Run delivers until ctx ends, and then for some seconds waits for what is under way. It is called
// once, and must end before what the Options name.
func (d *Deliverer) Run(ctx context.Context) {
	flights, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		d.round(ctx, flights)
	}
	defer time.AfterFunc(drainTimeout, cancel).Stop()
	d.running.Wait()
}

// round begins what is to be delivered now, and waits until that may be more.
func (d *Deliverer) round(ctx, flights context.Context) {
	moved := d.opts.Views.Moved()
	wait := d.dispatch(ctx, flights)
	if wait == idle {
		moved = nil // it need not look at each message
	}
	var timer <-chan time.Time
	if wait > 0 {
		timer = time.After(wait)
	}
	select {
	case <-moved:
	case <-d.changed:
	case l := <-d.landed:
		d.land(l)
	case <-timer:
	case <-ctx.Done():
	}
}

// What round waits for beside a time.
const (
	idle     time.Duration = -1 // a webhook
	whenever time.Duration = 0  // whatever comes
)

// dispatch begins what is to be delivered now, and returns how long until something else is.
func (d *Deliverer) dispatch(ctx, flights context.Context) (wait time.Duration) {
	hooks := d.active()
	switch {
	case len(hooks) == 0:
		return idle
	case d.opts.Leads != nil && !d.opts.Leads():
		return leadCheck
	}
	now := time.Now()
	d.turn++
	for i := range hooks {
		next, err := d.begin(ctx, flights, hooks[(d.turn+i)%len(hooks)], now)
		switch {
		case errors.Is(err, views.ErrNotReady), ctx.Err() != nil:
			return whenever
		case err != nil:
			d.opts.Logger.Error("what webhooks are to deliver cannot be read", "err", err, "again_in", troublePause)
			return troublePause
		case !next.IsZero() && (wait == whenever || next.Sub(now) < wait):
			wait = max(next.Sub(now), time.Millisecond)
		}
	}
	return wait
}

// active are the webhooks that deliver.
func (d *Deliverer) active() (hooks []chat.Webhook) {
	for _, w := range d.opts.Service.Facts.Webhooks() {
		if w.Active() {
			hooks = append(hooks, w)
		}
	}
	return hooks
}

// begin begins what a webhook is to deliver now, as far as it may, and returns when something
// else is; the zero time for never.
func (d *Deliverer) begin(ctx, flights context.Context, w chat.Webhook, now time.Time) (next time.Time, err error) {
	flying := d.flying[w.ID]
	if free := d.free(w.ID); free > 0 {
		triedFirst := d.turn%2 == 0 // or new messages could keep what has failed waiting forever
		jobs, err := d.pending.due(ctx, w.ID, now, free+len(flying), triedFirst)
		if err != nil {
			return next, err
		}
		for _, j := range jobs {
			if !flying[j.seq] && d.free(w.ID) > 0 {
				d.fly(flights, w, j)
			}
		}
	}
	next, _, err = d.pending.next(ctx, w.ID, now)
	return next, err
}

// free is how many deliveries of a webhook may begin.
func (d *Deliverer) free(webhook string) int {
	most := toOne
	if d.failing[webhook] {
		most = 1
	}
	return min(most-len(d.flying[webhook]), atOnce-d.total)
}

func (d *Deliverer) fly(flights context.Context, w chat.Webhook, j job) {
	if d.flying[w.ID] == nil {
		d.flying[w.ID] = make(map[uint64]bool)
	}
	d.flying[w.ID][j.seq] = true
	d.total++
	d.running.Go(func() { d.landed <- landing{j, d.deliver(flights, w, j)} })
}

func (d *Deliverer) land(l landing) {
	delete(d.flying[l.webhook], l.seq)
	d.total--
	if l.failed {
		d.failing[l.webhook] = true
	} else {
		delete(d.failing, l.webhook)
	}
	if len(d.flying[l.webhook]) == 0 {
		delete(d.flying, l.webhook)
	}
}
