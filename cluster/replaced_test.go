package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

// A node whose stream was deleted, and made anew by another node, gives it nothing and takes nothing from it, however far that
// goes. It says so, and is read as before.
func TestStreamMadeAnew(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	journal := connect(t, servers, "chat")
	log := openReplica(t, t.TempDir(), journal)
	for i := range 3 {
		if _, err := appendText(t, log, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	deleteStream(t, servers, "chat")
	anew, err := cluster.Connect(t.Context(), cluster.Options{URLs: servers.URLs(), Stream: "chat", Replicas: 3, Logger: quiet}, "another")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(anew.Close)
	other := openReplica(t, t.TempDir(), anew)
	for i := range 10 {
		if _, err := appendText(t, other, fmt.Sprint("another ", i)); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(time.Minute); ; {
		_, err := appendText(t, log, "refused")
		if errors.Is(err, store.ErrReplaced) {
			break
		}
		if err == nil || time.Now().After(deadline) {
			t.Fatalf("Append = %v", err)
		}
	}
	if err := log.Ready(t.Context()); !errors.Is(err, store.ErrReplaced) {
		t.Errorf("Ready = %v", err)
	}
	if err := journal.Erase(t.Context(), 1); !errors.Is(err, store.ErrReplaced) {
		t.Errorf("Erase = %v", err)
	}
	if events := upto(t, log, 100); len(events) != 3 {
		t.Errorf("the node has %v", events)
	}
	if events := upto(t, other, 100); len(events) != 10 {
		t.Errorf("the other has %d events", len(events))
	}
}

func deleteStream(t *testing.T, servers *natstest.Cluster, name string) {
	t.Helper()
	conn, err := nats.Connect(servers.URLs()[0])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err == nil {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err = js.DeleteStream(ctx, name)
	}
	if err != nil {
		t.Fatal(err)
	}
}
