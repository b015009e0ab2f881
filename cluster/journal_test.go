package cluster_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/store"
	"plainchat/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// connect joins a chat on servers.
func connect(t *testing.T, servers *natstest.Cluster, stream string) *cluster.Journal {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	j, err := cluster.Connect(ctx, cluster.Options{URLs: servers.URLs(), Stream: stream, Replicas: len(servers.Servers), Logger: quiet}, "e-"+stream)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func openReplica(t *testing.T, dir string, j *cluster.Journal) *store.Replica {
	t.Helper()
	log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log
}

// A log on real servers does what every log does.
func TestJournal(t *testing.T) {
	servers := natstest.Start(t, 3)
	var mu sync.Mutex
	streams := make(map[string]string) // by folder
	storetest.Run(t, func(t *testing.T, dir string) store.Log {
		mu.Lock()
		if streams[dir] == "" {
			streams[dir] = fmt.Sprint("chat", len(streams)+1)
		}
		stream := streams[dir]
		mu.Unlock()
		return openReplica(t, dir, connect(t, servers, stream))
	})
}
