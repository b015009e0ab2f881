package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

func appendText(t *testing.T, log *store.Replica, text string) (time.Duration, error) {
	t.Helper()
	began := time.Now()
	_, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: text, Body: chat.Message{Text: text}})
	return time.Since(began), err
}

// A leader that is lost is waited for; a majority that is lost is told of, within the bound, and at
// once from then on; and once it is there again everything works.
func TestOutage(t *testing.T) {
	servers := natstest.Start(t, 3)
	var logs []*store.Replica
	for range 3 {
		logs = append(logs, openReplica(t, t.TempDir(), connect(t, servers, "chat")))
	}
	leader := servers.Leader("chat")
	leader.Kill()
	for i, log := range logs {
		took, err := appendText(t, log, fmt.Sprint("election ", i))
		if err != nil {
			t.Errorf("while a leader is chosen: %v after %v", err, took)
		}
		t.Logf("after the leader was killed, node %d is answered after %v", i+1, took)
	}
	left := servers.Leader("chat")
	left.Kill()
	if took, err := appendText(t, logs[0], "first"); !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUncertain) {
		t.Errorf("without a majority: %v after %v", err, took)
	} else {
		t.Logf("without a majority, the first is refused after %v: %v", took, err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		took, err := appendText(t, logs[0], "later")
		if errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUncertain) {
			t.Logf("a later one after %v: %v", took, err)
			break
		}
		if err == nil || time.Now().After(deadline) {
			t.Fatalf("without a majority: %v", err)
		}
	}
	for deadline := time.Now().Add(time.Minute); logs[0].Ready(t.Context()) == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("without a majority a node is ready")
		}
	}
	for _, log := range logs {
		if events := upto(t, log, 3); len(events) != 3 {
			t.Errorf("without a majority %d events are read", len(events))
		}
	}
	leader.Start()
	left.Start()
	for _, s := range []*natstest.Server{leader, left} {
		s.AwaitHealth()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i, log := range logs {
		for {
			_, err := appendText(t, log, fmt.Sprint("again ", i))
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				t.Fatalf("node %d stores nothing: %v", i+1, err)
			}
			time.Sleep(20 * time.Millisecond) // the servers are other programs
		}
	}
}
