package cluster_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/locale"
)

// Who is not let in is told so, and does not try for ever.
func TestWrongPassword(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	url := strings.Replace(servers.Servers[0].URL, "@", "x@", 1)
	_, err := cluster.Connect(ctx, cluster.Options{URLs: []string{url}, Stream: "chat", Replicas: 3, Logger: quiet}, "e1")
	if err == nil || ctx.Err() != nil || !strings.Contains(locale.English.Say(err), "--nats-creds") {
		t.Errorf("Connect = %v", err)
	}
}
