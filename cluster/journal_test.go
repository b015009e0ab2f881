package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
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
	t.Parallel()
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

// What retention has passed leaves the stream, except what is kept; what is erased leaves it too, and
// to erase it once more is no error.
func TestStreamLetsGo(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	j := connect(t, servers, "chat")
	me := chat.Person{Name: "me"}
	for _, body := range []chat.Body{chat.Message{Text: "old"}, chat.RoomState{Topic: "kept"}, chat.Message{Text: "old too"}, chat.Message{Text: "erased"}, chat.Message{Text: "young"}} {
		record := store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", From: me, Body: body}}
		if _, err := j.Publish(t.Context(), []store.Record{record}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := errors.Join(j.Trim(t.Context(), 3), j.Erase(t.Context(), 4)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for e, err := range j.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(e.Seq, " ", e.Erased))
		if e.Seq == 5 {
			break
		}
	}
	if want := []string{"1 true", "2 false", "4 true", "5 false"}; !slices.Equal(got, want) {
		t.Errorf("the stream has %v, want %v", got, want)
	}
}
