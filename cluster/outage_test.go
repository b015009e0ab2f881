package cluster_test

import (
	"fmt"
	"sync"
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

// A leader that is lost is waited for, at every node, also at one whose own server it was.
func TestElection(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	var logs []*store.Replica
	for range 3 {
		logs = append(logs, openReplica(t, t.TempDir(), connect(t, servers, "chat")))
	}
	servers.Leader("chat").Kill()
	var sending sync.WaitGroup
	for i, log := range logs {
		sending.Go(func() {
			took, err := appendText(t, log, fmt.Sprint("election ", i))
			if err != nil {
				t.Errorf("while a leader is chosen: %v after %v", err, took)
			}
			t.Logf("after the leader was killed, node %d is answered after %v", i+1, took)
		})
	}
	sending.Wait()
}
