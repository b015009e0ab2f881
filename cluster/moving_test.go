package cluster_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

func dial(t *testing.T, servers *natstest.Cluster, stream string) cluster.Mover {
	t.Helper()
	m, err := cluster.Dial(t.Context(), cluster.Options{URLs: servers.URLs(), Stream: stream, Replicas: len(servers.Servers), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// A log is moved into a stream and away from it, whatever cuts that off, and no log follows the stream before
// or after that.
func TestMoving(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	dir := t.TempDir()
	opts := store.Options{Dir: dir, Logger: quiet}
	const events = 3000
	secret := fill(t, opts, events)
	ctx, cancel := context.WithCancel(t.Context())
	cut := func(last uint64) {
		if last > events/2 {
			cancel()
		}
	}
	if _, err := store.Move(ctx, opts, interrupted{dial(t, servers, "chat"), cut}); err == nil {
		t.Fatal("it was moved although that was cut off")
	}
	refused(t, servers, "migrate --to")
	second := dial(t, servers, "chat")
	if begun, done, err := second.Begin(t.Context(), epochOf(t, opts), 1, events); !begun || done || err != nil {
		t.Fatal(begun, done, err)
	}
	void := []store.Record{{Void: true}, {Void: true}}
	if err := second.PublishAfter(t.Context(), 7, void); err == nil {
		t.Error("it writes after a place that is not the last")
	}
	start := time.Now()
	moved, err := store.Move(t.Context(), opts, dial(t, servers, "chat"))
	if err != nil || !moved.Resumed {
		t.Fatalf("%+v, %v", moved, err)
	}
	t.Logf("%d events moved in %v", events, time.Since(start))
	if ours, err := connect(t, servers, "chat").Secret(t.Context(), nil); err != nil || !slices.Equal(ours, secret) {
		t.Errorf("the secret is %x, not %x: %v", ours, secret, err)
	}
	other := store.Options{Dir: t.TempDir(), Logger: quiet}
	logs := []*store.Replica{openReplica(t, dir, connect(t, servers, "chat")), openReplica(t, other.Dir, connect(t, servers, "chat"))}
	ev, _, err := logs[1].Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "more"}})
	if err != nil || ev.ID.Seq != events+1 {
		t.Fatalf("%+v, %v", ev, err)
	}
	if reached, err := logs[0].Reach(t.Context(), ev.ID.Seq); !reached || err != nil {
		t.Fatal(reached, err)
	}
	if first, second := upto(t, logs[0], events+1), upto(t, logs[1], events+1); len(first) != events+1 || !slices.Equal(first, second) {
		t.Errorf("the logs have %d and %d events, or others", len(first), len(second))
	}
	_ = logs[0].Close()
	from := dial(t, servers, "chat")
	if err := from.Find(t.Context()); err != nil {
		t.Fatal(err)
	}
	last, err := store.MoveAway(t.Context(), opts, from)
	if err != nil || last != events+2 {
		t.Fatal(last, err)
	}
	if reached, err := logs[1].Reach(t.Context(), last); !reached || err != nil || !logs[1].Ended() {
		t.Errorf("the other node does not know: %v, %v", reached, err)
	}
	refused(t, servers, "moved away")
	_ = logs[1].Close()
	for range 2 { // it leaves no stream behind
		if _, err := store.Move(t.Context(), other, dial(t, servers, "none")); err == nil || !strings.Contains(err.Error(), "has no stream") {
			t.Errorf("the log of a node is moved: %v", err)
		}
	}
	if _, err := store.Move(t.Context(), opts, dial(t, servers, "chat")); err == nil || !strings.Contains(err.Error(), "--nats-stream") {
		t.Errorf("it is moved into the stream that it left: %v", err)
	}
	if moved, err := store.Move(t.Context(), opts, dial(t, servers, "chat2")); err != nil || moved.Last != last {
		t.Errorf("moved once more: %+v, %v", moved, err)
	}
}

// fill makes a log, and returns its secret.
func fill(t *testing.T, opts store.Options, events int) []byte {
	t.Helper()
	log, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	done := make(chan error, events)
	for n := range events {
		go func() {
			_, _, err := log.Append(t.Context(), chat.Draft{Room: chat.Room(fmt.Sprint("r", n%5)), From: chat.Person{Name: "me"}, Body: chat.Message{Text: fmt.Sprint("what was said as number ", n)}})
			done <- err
		}()
	}
	for range events {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	secret, err := log.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func epochOf(t *testing.T, opts store.Options) string {
	t.Helper()
	log, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	return log.Epoch()
}

// refused tries to follow a stream that no log may follow.
func refused(t *testing.T, servers *natstest.Cluster, want string) {
	t.Helper()
	if j, err := cluster.Connect(t.Context(), cluster.Options{URLs: servers.URLs(), Stream: "chat", Replicas: 3, Logger: quiet}, "e"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("it may follow: %+v, %v", j, err)
	}
}

// The leader of the stream is killed in the midst of a move: that waits for the next, and goes on.
func TestMovingWithoutLeader(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	opts := store.Options{Dir: t.TempDir(), Logger: quiet}
	const events = 2000
	fill(t, opts, events)
	killed := false
	moved, err := store.Move(t.Context(), opts, interrupted{dial(t, servers, "chat"), func(last uint64) {
		if last > events/2 && !killed {
			killed = true
			servers.Leader("chat").Kill()
		}
	}})
	if err != nil || moved.Last != events || !killed {
		t.Fatalf("%+v, %v", moved, err)
	}
	if events := upto(t, openReplica(t, opts.Dir, connect(t, servers, "chat")), events); len(events) != 2000 {
		t.Errorf("it has %d events", len(events))
	}
}

// interrupted has something happen before each batch.
type interrupted struct {
	cluster.Mover
	before func(last uint64)
}

func (i interrupted) PublishAfter(ctx context.Context, last uint64, batch []store.Record) error {
	i.before(last)
	return i.Mover.PublishAfter(ctx, last, batch)
}
