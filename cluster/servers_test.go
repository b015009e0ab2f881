package cluster_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"plainchat/cluster"
	"plainchat/cluster/natstest"
)

// startAlone starts a server that is in no cluster, with the configuration that comes with plainchat, changed.
func startAlone(t *testing.T, old, changed string) *natstest.Server {
	t.Helper()
	config, err := os.ReadFile("nats.conf")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(config), old) {
		t.Fatalf("nats.conf has no %q", old)
	}
	path := filepath.Join(t.TempDir(), "nats.conf")
	alone := regexp.MustCompile(`(?s)cluster \{.*?\n\}`).ReplaceAllString(strings.Replace(string(config), old, changed, 1), "")
	if err := os.WriteFile(path, []byte(alone), 0o600); err != nil {
		t.Fatal(err)
	}
	return natstest.StartWith(t, natstest.Options{Servers: 1, Config: path}).Servers[0]
}

// warningsOf joins a chat, and returns what was warned of.
func warningsOf(t *testing.T, opts cluster.Options) (string, error) {
	t.Helper()
	var records bytes.Buffer
	opts.Logger, opts.Stream = slog.New(slog.NewTextHandler(&records, nil)), "chat"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	j, err := cluster.Connect(ctx, opts, "e1")
	if err == nil {
		j.Close()
	}
	return records.String(), err
}

// Servers that would lose what was acknowledged are told of at the start, with the line that is missing.
func TestServersThatDoNotSync(t *testing.T) {
	lazy := startAlone(t, "sync_interval: always", "")
	always := startAlone(t, "", "")
	const loses, unseen, one = "sync_interval: always", "--nats-monitor", "for development"
	for _, tt := range []struct {
		server    *natstest.Server
		monitored bool
		want, not string
	}{
		{lazy, true, loses, unseen}, {lazy, false, unseen, loses}, {always, true, one, loses}, {always, true, one, unseen},
	} {
		opts := cluster.Options{URLs: []string{tt.server.URL}, Replicas: 1}
		if tt.monitored {
			opts.Monitors = []string{tt.server.MonitorURL()}
		}
		if warned, err := warningsOf(t, opts); err != nil || !strings.Contains(warned, tt.want) || strings.Contains(warned, tt.not) {
			t.Errorf("it is warned of %q, %v; want %q, and not %q", warned, err, tt.want, tt.not)
		}
	}
	if _, err := warningsOf(t, cluster.Options{URLs: []string{always.URL}, Replicas: 3}); err != nil {
		t.Errorf("a chat that is there is refused: %v", err)
	}
}

// Servers on which no chat can be kept are refused, with what is to be done.
func TestServersThatAreRefused(t *testing.T) {
	const account = "accounts { A { users: [{ user: plainchat, password: $NATS_PASSWORD }] } }"
	without := startAlone(t, "authorization { user: plainchat, password: $NATS_PASSWORD, timeout: 2 }", account)
	alone := startAlone(t, "", "")
	for want, url := range map[string]string{
		"has version 2.14.10, and plainchat needs 2.15.3": fakeServer(t, `{"server_id":"S","server_name":"old","version":"2.14.10","jetstream":true,"proto":1,"headers":true,"max_payload":1048576}`),
		"JetStream is not enabled":                        fakeServer(t, `{"server_id":"S","server_name":"plain","version":"2.16.0","proto":1,"headers":true,"max_payload":1048576}`),
		"may not use JetStream":                           without.URL,
		"--nats-replicas 1":                               alone.URL,
	} {
		if _, err := warningsOf(t, cluster.Options{URLs: []string{url}, Replicas: 3}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want a sentence with %q", err, want)
		}
	}
}

// fakeServer returns the address of a server that says something of itself and answers pings, and nothing else.
func fakeServer(t *testing.T, info string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprintf(conn, "INFO %s\r\n", info)
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					if lines.Text() == "PING" {
						fmt.Fprint(conn, "PONG\r\n")
					}
				}
			}()
		}
	}()
	return "nats://" + listener.Addr().String()
}
