package cluster_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

var rounds = flag.Int("rounds", 4, "how many rounds of failing servers TestRounds has")

// Whatever becomes of one server at a time, nothing that was acknowledged is lost, nothing is there
// twice, and all logs are the same.
func TestRounds(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	var logs []*store.Replica
	for _, dir := range dirs {
		logs = append(logs, openReplica(t, dir, connect(t, servers, "chat")))
	}
	acked := sendWhile(t, logs, func() {
		random := rand.New(rand.NewPCG(1, 2))
		for round := range *rounds {
			s := servers.Servers[random.IntN(len(servers.Servers))]
			switch round % 3 {
			case 0:
				s.Kill()
				s.Start()
			case 1:
				s.Stop()
				s.Start()
			case 2:
				s.Freeze()
				time.Sleep(5 * time.Second) // longer than it takes to notice
				s.Thaw()
			}
			s.AwaitHealth()
		}
	})
	last := uint64(0)
	for seq := range acked {
		last = max(last, seq)
	}
	var first []chat.Event
	for i, log := range logs {
		if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
			t.Fatalf("Reach = %v, %v", reached, err)
		}
		events := upto(t, log, last)
		if i == 0 {
			first = events
			checkAcked(t, events, acked)
		} else if !slices.Equal(events, first) {
			t.Errorf("log %d has %d events, and the first %d, or others", i+1, len(events), len(first))
		}
	}
	t.Logf("%d acknowledged, %d in the logs", len(acked), len(first))
}

// sendWhile has 64 senders say something by all logs while something happens, and returns the texts that were
// acknowledged, by position. A sender that was not answered sends again with the same key.
func sendWhile(t *testing.T, logs []*store.Replica, happens func()) map[uint64]string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	acked := make(map[uint64]string)
	var sending sync.WaitGroup
	for sender := range 64 {
		sending.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				d := chat.Draft{Room: chat.Room(fmt.Sprint("r", n%5)), From: chat.Person{Name: "me"}, Key: fmt.Sprintf("%d-%d", sender, n), Body: chat.Message{Text: fmt.Sprintf("%d-%d", sender, n)}}
				ev, err := sendUntilAnswered(ctx, logs, sender, d)
				if err != nil {
					return
				}
				mu.Lock()
				acked[ev.ID.Seq] = ev.Text()
				mu.Unlock()
			}
		})
	}
	happens()
	cancel()
	sending.Wait()
	return acked
}

func sendUntilAnswered(ctx context.Context, logs []*store.Replica, sender int, d chat.Draft) (chat.Event, error) {
	for try := 0; ; try++ {
		attempt, cancel := context.WithTimeout(ctx, 12*time.Second)
		ev, _, err := logs[(sender+try)%len(logs)].Append(attempt, d)
		cancel()
		if err == nil {
			return ev, nil
		}
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return ev, err
		}
		select {
		case <-time.After(20 * time.Millisecond): // as one who sends it again does
		case <-ctx.Done():
		}
	}
}

func upto(t *testing.T, log *store.Replica, last uint64) (events []chat.Event) {
	t.Helper()
	for ev, err := range log.Read(t.Context(), 0, last) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}

func checkAcked(t *testing.T, events []chat.Event, acked map[uint64]string) {
	t.Helper()
	said := make(map[string]int)
	left := maps.Clone(acked)
	for _, ev := range events {
		said[ev.Text()]++
		if said[ev.Text()] > 1 {
			t.Errorf("%q is there twice", ev.Text())
		}
		if text, ok := left[ev.ID.Seq]; ok && text == ev.Text() {
			delete(left, ev.ID.Seq)
		}
	}
	for seq, text := range left {
		t.Errorf("%q at %d was acknowledged, and is lost", text, seq)
	}
}
