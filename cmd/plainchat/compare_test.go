package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

// A node is compared with the stream, with the other nodes and with each NATS server: what differs is named.
func TestCheckOfANode(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts NATS servers")
	}
	servers := natstest.Start(t, 3)
	c := &checkedChat{t: t, servers: servers}
	c.fill()
	c.want("", c.dirs[0], "compared with 1 running nodes", "n1, version 2.15.3", "n3, version 2.15.3", "sound")

	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(c.dirs[0])); err != nil {
		t.Fatal(err)
	}
	c.tamper(copied, "DELETE FROM log WHERE seq = 5; UPDATE meta SET value = value + 1 WHERE name = 'holes'")
	c.want(errDifferent.Error(), copied, "position 5: the stream has an event that this node lacks", "positions 5 to 5: the node ")

	if err := c.journal.Erase(t.Context(), 7); err != nil { // which nobody has decided
		t.Fatal(err)
	}
	c.want(errDifferent.Error(), c.dirs[0], "position 7: this node has an event, and the stream has none")

	damaged := servers.Servers[2]
	damaged.Stop()
	damaged.FlipBit("plainchat", false)
	damaged.Start()
	damaged.AwaitHealth()
	c.want(errDifferent.Error(), c.dirs[0], "the NATS server n3 has lost ")
}

// checkedChat is a chat of two nodes, of which the first has ended.
type checkedChat struct {
	t       *testing.T
	servers *natstest.Cluster
	journal *cluster.Journal
	dirs    [2]string
}

// fill fills more than a block of the stream.
func (c *checkedChat) fill() {
	c.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	var logs [2]*store.Replica
	for i := range logs {
		c.dirs[i] = c.t.TempDir()
		const blocksOf4MiB = 30 << 20
		journal, err := cluster.Connect(c.t.Context(), cluster.Options{URLs: c.servers.URLs(), Stream: "plainchat", Replicas: 3, MaxBytes: blocksOf4MiB, Logger: quiet}, "abcdefghij")
		if err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(journal.Close)
		if logs[i], err = store.OpenReplica(c.t.Context(), store.Options{Dir: c.dirs[i], Logger: quiet}, journal); err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(func() { _ = logs[i].Close() }) // the first is closed
		c.journal = journal
	}
	last := uint64(0)
	for batch := range 10 {
		var records []store.Record
		for n := range 500 {
			text := fmt.Sprint(batch, " ", n, strings.Repeat("x", 1000))
			records = append(records, store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}}})
		}
		var err error
		if last, err = c.journal.Publish(c.t.Context(), records); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, log := range logs {
		if reached, err := log.Reach(c.t.Context(), last); !reached || err != nil {
			c.t.Fatalf("Reach = %v, %v", reached, err)
		}
	}
	if err := logs[0].Close(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *checkedChat) tamper(dir, statement string) {
	c.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err == nil {
		_, err = db.ExecContext(c.t.Context(), statement)
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// want checks a folder, and wants an error, or none if that is empty, and lines with some words.
func (c *checkedChat) want(failure, dir string, words ...string) {
	c.t.Helper()
	var monitors []string
	for _, s := range c.servers.Servers {
		monitors = append(monitors, s.MonitorURL())
	}
	args := []string{"check", "--data=" + dir, "--nats=" + strings.Join(c.servers.URLs(), ","), "--nats-monitor=" + strings.Join(monitors, ",")}
	var out bytes.Buffer
	err := run(c.t.Context(), args, noEnvironment, nil, &out, &out)
	if got := fmt.Sprint(err); failure == "" && err != nil || failure != "" && got != failure {
		c.t.Errorf("err = %v, want %q", err, failure)
	}
	for _, w := range words {
		if !strings.Contains(out.String(), w) {
			c.t.Errorf("it says\n%s\nwithout %q", out.String(), w)
		}
	}
}
