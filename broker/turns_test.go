package broker

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
)

func client(n byte) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, n}), 32)
}

// A client that waits with many streams gets no more turns than one that waits with one.
func TestTurnsGoFromClientToClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q turns
		if err := q.take(t.Context(), client(1)); err != nil {
			t.Fatal(err)
		}
		var order []byte
		wait := func(n byte) {
			go func() {
				if err := q.take(t.Context(), client(n)); err != nil {
					t.Error(err)
				}
				order = append(order, n) // whose turn it is has it alone
				q.release()
			}()
			synctest.Wait()
		}
		for _, n := range []byte{1, 1, 1, 1, 2, 2, 3} {
			wait(n)
		}
		q.release()
		synctest.Wait()
		if want := []byte{1, 2, 3, 1, 2, 1, 1}; !slices.Equal(order, want) {
			t.Errorf("the turns were those of %v, want %v", order, want)
		}
		if q.taken || len(q.waiting)+len(q.clients) != 0 {
			t.Errorf("left behind: %+v", q.waiting)
		}
	})
}

// Who gives up while waiting holds up nobody.
func TestTurnsOfThoseWhoGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q turns
		if err := q.take(t.Context(), client(1)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		for range 3 {
			go func() {
				if err := q.take(ctx, client(2)); err != context.Canceled {
					t.Errorf("err = %v, want Canceled", err)
				}
			}()
		}
		synctest.Wait()
		got := make(chan error)
		go func() { got <- q.take(t.Context(), client(3)) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		q.release()
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		q.release()
		if q.taken || len(q.waiting)+len(q.clients) != 0 {
			t.Errorf("left behind: %+v", q.waiting)
		}
	})
}
