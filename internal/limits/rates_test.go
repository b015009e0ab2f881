package limits

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, client := NewRates(10, 100), ParseClient("192.0.2.1")
		check := func(n int, want time.Duration) {
			t.Helper()
			if got := r.Take(client, n); got != want {
				t.Errorf("taking %d has to wait %v, want %v", n, got, want)
			}
		}
		check(60, 0)
		check(60, 2*time.Second)
		check(40, 0)
		check(1, 100*time.Millisecond)
		if wait := r.Take(ParseClient("192.0.2.2"), 100); wait != 0 {
			t.Errorf("another client has to wait %v", wait)
		}
		time.Sleep(time.Second)
		check(10, 0)
		r.Charge(client, 30)
		check(1, 3100*time.Millisecond)
		check(1000, 13*time.Second) // more than there can ever be is all there can be
		time.Sleep(13 * time.Second)
		check(1000, 0)
	})
}

func TestNoRates(t *testing.T) {
	r, client := NewRates(0, 0), Client{}
	r.Charge(client, 1)
	if wait, err := r.Take(client, 1), r.Wait(t.Context(), client); wait != 0 || err != nil {
		t.Errorf("without a limit: %v, %v", wait, err)
	}
}

// Who comes too fast comes later, in turn; who goes away meanwhile leaves its turn to the next.
func TestRatesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, client, start := NewRates(1, 2), ParseClient("192.0.2.1"), time.Now()
		for _, want := range []time.Duration{0, 0, time.Second, 2 * time.Second} {
			if err := r.Wait(t.Context(), client); err != nil || time.Since(start) != want {
				t.Errorf("%v after %v, want %v", err, time.Since(start), want)
			}
		}
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second/2, func() { cancel(gone) })
		if err := r.Wait(ctx, client); err != gone {
			t.Errorf("%v, want %v", err, gone)
		}
		if err := r.Wait(t.Context(), client); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %v, want 3s", err, time.Since(start))
		}
	})
}

func TestRatesOfNetworks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for pattern, want := range map[string]int{"2001:db8:1:2::%x": 5, "2001:db8:1:%x::1": 20, "2001:db8:1:%x00::1": 80} {
			r, taken := NewRates(5, 5), 0
			for i := range 255 {
				if r.Take(ParseClient(fmt.Sprintf(pattern, i)), 1) == 0 {
					taken++
				}
			}
			if taken != want {
				t.Errorf("%s took %d, want %d", pattern, taken, want)
			}
		}
	})
}

// Clients that have gone quiet are forgotten, however many there were.
func TestRatesForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRates(1, 10)
		slow := ParseClient("192.0.2.1")
		for i := range 100 * sweepFrom {
			r.Take(ParseClient(fmt.Sprintf("2001:db8:%x:%x::1", i>>8, i&255)), 1)
			time.Sleep(time.Millisecond)
			if most := 2 * sweepFrom * len(tiers); len(r.buckets) > most {
				t.Fatalf("%d buckets are kept, want at most %d", len(r.buckets), most)
			}
		}
		time.Sleep(sweepEvery)
		r.Take(slow, 10)
		r.Take(slow, 10)
		if len(r.buckets) != 1 {
			t.Errorf("%d buckets are kept of one client", len(r.buckets))
		}
		time.Sleep(2 * sweepEvery)
		r.Take(Client{}, 1)
		if len(r.buckets) != 0 {
			t.Errorf("%d buckets are kept of nobody", len(r.buckets))
		}
	})
}

func BenchmarkRatesTake(b *testing.B) {
	for name, addr := range map[string]string{"IPv4": "192.0.2.1", "IPv6": "2001:db8::1"} {
		b.Run(name, func(b *testing.B) {
			r, client := NewRates(1e12, 1<<40), ParseClient(addr)
			b.ReportAllocs()
			for b.Loop() {
				r.Take(client, 1)
			}
		})
	}
}
