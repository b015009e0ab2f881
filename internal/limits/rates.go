package limits

import (
	"context"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rates bounds how fast each client uses something, with a token bucket for each. A
// wider network of IPv6 has a bucket several times as large. A nil Rates has no limit.
// The methods may be called concurrently.
type Rates struct {
	perSecond float64
	burst     int

	mu      sync.Mutex
	buckets map[netip.Prefix]*rate.Limiter
	sweep   time.Time // when to forget the buckets that are full again, at the latest
	many    int       // or how many there are by then
}

const (
	sweepEvery = time.Minute
	sweepFrom  = 1024 // buckets, of which there may be so many at any time
)

// NewRates returns rates of so much in a second, after a burst; nil, which is no limit,
// if perSecond is 0.
func NewRates(perSecond float64, burst int) *Rates {
	if perSecond <= 0 {
		return nil
	}
	return &Rates{perSecond: perSecond, burst: burst, buckets: make(map[netip.Prefix]*rate.Limiter)}
}

// Take takes n from a client's buckets and returns 0, or takes nothing and returns how
// long it has to wait for as much. More than a burst counts as one.
func (r *Rates) Take(client Client, n int) (wait time.Duration) {
	if r == nil {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	var space buckets
	buckets := r.of(space[:0], client, now)
	for _, bucket := range buckets {
		if missing := float64(min(n, bucket.Burst())) - bucket.TokensAt(now); missing > 0 {
			wait = max(wait, seconds(missing/float64(bucket.Limit())))
		}
	}
	if wait == 0 {
		charge(buckets, now, n)
	}
	return wait
}

// Charge takes n from a client's buckets whether or not they have it: a debt has to be
// waited for by the next Take. It is for what has its cost known only when it is done.
func (r *Rates) Charge(client Client, n int) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	var space buckets
	charge(r.of(space[:0], client, now), now, n)
}

func charge(buckets []*rate.Limiter, now time.Time, n int) {
	for _, bucket := range buckets {
		bucket.ReserveN(now, min(n, bucket.Burst()))
	}
}

// Wait takes 1 from a client's buckets once they have it. If ctx ends before, it takes
// nothing and returns the context's error.
func (r *Rates) Wait(ctx context.Context, client Client) error {
	if r == nil {
		return nil
	}
	taken, wait := r.reserve(client)
	if wait == 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		now := time.Now()
		for _, reservation := range taken {
			reservation.CancelAt(now)
		}
		return context.Cause(ctx)
	}
}

// reserve takes 1 from a client's buckets, to be used after a wait.
func (r *Rates) reserve(client Client) (taken []*rate.Reservation, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	var space buckets
	for _, bucket := range r.of(space[:0], client, now) {
		reservation := bucket.ReserveN(now, 1)
		taken = append(taken, reservation)
		wait = max(wait, reservation.DelayFrom(now))
	}
	return taken, wait
}

// buckets has room for those of a client.
type buckets [len(tiers)]*rate.Limiter

// of appends the buckets of a client.
func (r *Rates) of(dst []*rate.Limiter, client Client, now time.Time) []*rate.Limiter {
	if len(r.buckets) >= r.many || now.After(r.sweep) {
		r.forgetFull(now)
	}
	for key, factor := range client.counted() {
		bucket := r.buckets[key]
		if bucket == nil {
			bucket = rate.NewLimiter(rate.Limit(r.perSecond*float64(factor)), r.burst*factor)
			r.buckets[key] = bucket
		}
		dst = append(dst, bucket)
	}
	return dst
}

// forgetFull forgets the clients whose bucket is as good as a new one. What is left moves
// to a map of its own, since one does not give memory back.
func (r *Rates) forgetFull(now time.Time) {
	rest := make(map[netip.Prefix]*rate.Limiter)
	for key, bucket := range r.buckets {
		if bucket.TokensAt(now) < float64(bucket.Burst()) {
			rest[key] = bucket
		}
	}
	r.buckets, r.sweep, r.many = rest, now.Add(sweepEvery), max(sweepFrom, 2*len(rest))
}

// seconds is so many as a duration, rounded up to a nanosecond.
func seconds(n float64) time.Duration {
	return time.Duration(math.Ceil(n * float64(time.Second)))
}
