package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/e2e/internal/running"
)

// crowd is talkers and listeners of a chat.
type crowd struct {
	t         *testing.T
	talkers   []*talker
	listeners []*listener
	stop      chan struct{} // closed to make the talkers end

	talking, listening sync.WaitGroup

	mu    sync.Mutex
	acked int
	moved chan struct{} // closed when acked grows
}

// crowdOptions say how many there are.
type crowdOptions struct {
	talkers, listeners int
	pace               time.Duration // each talker does something this often
}

// newCrowd sets talkers and listeners going.
func newCrowd(ctx context.Context, c *cluster, draw uint64, o crowdOptions) *crowd {
	w := &crowd{t: c.t, stop: make(chan struct{}), moved: make(chan struct{})}
	for i := range o.listeners {
		some := [][]chat.Room{rooms[i%5 : i%5+1], {rooms[i%5], rooms[(i+2)%5]}, rooms[i%5 : i%5+1]}[i%3]
		w.listeners = append(w.listeners, newListener(c, i, draw, some...))
	}
	for i := range o.talkers {
		w.talkers = append(w.talkers, newTalker(c, i, draw, w.told))
	}
	c.t.Cleanup(func() { // the test may have failed in the midst of it
		w.talking.Wait()
		w.listening.Wait()
	})
	for _, l := range w.listeners {
		w.listening.Go(func() { w.check(l.listen(ctx)) })
	}
	for _, k := range w.talkers {
		w.talking.Go(func() { w.check(k.talk(ctx, o.pace, w.stop)) })
	}
	return w
}

func (w *crowd) check(err error) {
	if err != nil && !errors.Is(err, context.Canceled) { // with the test
		w.t.Error(err)
	}
}

// told counts an acknowledgement.
func (w *crowd) told() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acked++
	close(w.moved)
	w.moved = make(chan struct{})
}

// awaitAcks waits until n more things are acknowledged.
func (w *crowd) awaitAcks(ctx context.Context, n int) {
	w.t.Helper()
	w.mu.Lock()
	upto := w.acked + n
	w.mu.Unlock()
	for {
		w.mu.Lock()
		acked, moved := w.acked, w.moved
		w.mu.Unlock()
		if acked >= upto {
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			w.t.Fatal("nothing is acknowledged any more")
		}
	}
}

// disperse ends the talkers, lets the listeners hear everything, and returns the account of it all.
func (w *crowd) disperse(ctx context.Context, c *cluster) account {
	w.t.Helper()
	close(w.stop)
	w.talking.Wait()
	for _, room := range rooms {
		c.nodes[0].Post(string(room), "host", farewell)
	}
	w.listening.Wait()
	var a account
	for _, l := range w.listeners {
		a.heard = append(a.heard, l.hearing)
	}
	a.acks, a.gone = w.account()
	for i := range c.nodes {
		a.nodes = append(a.nodes, c.nodeAccount(ctx, i))
	}
	c.end(&a)
	return a
}

// account is what was acknowledged so far, and which messages were being deleted.
func (w *crowd) account() (acks []ack, gone map[string]bool) {
	gone = make(map[string]bool)
	for _, k := range w.talkers {
		k.mu.Lock()
		acks = append(acks, k.acks...)
		maps.Copy(gone, k.gone)
		k.mu.Unlock()
	}
	return acks, gone
}

// worst is how long the slowest thing took, and how often nodes could not at present, by the codes that they gave.
func (w *crowd) worst() (worst time.Duration, refused map[string]int) {
	refused = make(map[string]int)
	for _, k := range w.talkers {
		k.mu.Lock()
		worst = max(worst, k.worst)
		for code, n := range k.refused {
			refused[code] += n
		}
		k.mu.Unlock()
	}
	return worst, refused
}

// opened is how many streams the listeners had.
func (w *crowd) opened() (n int) {
	for _, l := range w.listeners {
		n += l.opened
	}
	return n
}

// guestCookie is what a node gives somebody new, who has been shown a page.
func guestCookie(t *testing.T, n *running.Server) string {
	t.Helper()
	req, err := http.NewRequestWithContext(bounded(t), http.MethodGet, n.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for _, each := range answer.Cookies() {
		return fmt.Sprint(each.Name, "=", each.Value)
	}
	t.Fatalf("a page of %s sets no cookie", n.URL)
	return ""
}
