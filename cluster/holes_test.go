package cluster_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	_ "modernc.org/sqlite"

	"plainchat/chat"
	"plainchat/cluster"
	"plainchat/cluster/natstest"
	"plainchat/store"
)

// What one server has lost comes from the others, be it a follower or the leader, and with or without
// other nodes; what all servers have lost comes from a node.
func TestLostBlock(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	l := &latecomers{t: t, servers: servers}
	first := joinServers(t, servers.URLs())
	log := openReplica(t, t.TempDir(), first)
	l.last = fillStream(t, log, first)
	dir := t.TempDir()
	l.want = l.follow(dir, joinServers(t, servers.URLs()))
	victim := servers.Servers[0]
	if servers.Leader("chat") == victim {
		victim = servers.Servers[1]
	}
	damage(t, true, victim)
	l.checkRepair("a message of a follower")
	lead(t, servers, victim)
	l.checkRepair("a message of the leader")
	damage(t, false, victim)
	l.checkNamed(victim)
	l.checkRepair("a block of a follower")
	lead(t, servers, victim)
	l.checkRepair("a block of the leader")
	closeLog(t, log)
	l.checkRepair("a block of the leader, without another node")
	replace(t, victim)
	l.checkNamed(nil)
	damage(t, false, servers.Servers...)
	openReplica(t, dir, joinServers(t, servers.URLs())) // which has it all
	l.checkRepair("a block of all servers")
}

// latecomers are logs that follow a stream from its start.
type latecomers struct {
	t       *testing.T
	servers *natstest.Cluster
	last    uint64
	want    []string // rows
}

func (l *latecomers) follow(dir string, j *cluster.Journal) []string {
	l.t.Helper()
	log := openReplica(l.t, dir, j)
	reach(l.t, log, l.last)
	closeLog(l.t, log)
	return rowsOf(l.t, dir)
}

// checkRepair has logs follow until a damaged server has answered one of them.
func (l *latecomers) checkRepair(what string) {
	l.t.Helper()
	for tries := 1; ; tries++ {
		j := joinServers(l.t, l.servers.URLs())
		began := time.Now()
		got, counts := l.follow(l.t.TempDir(), j), j.Counts()
		if missing := counts.Missing.Load(); missing > 0 || !slices.Equal(got, l.want) {
			l.t.Fatalf("%s: %d are missing, and it has %d rows of %d", what, missing, len(got), len(l.want))
		}
		if repaired := counts.Repaired.Load(); repaired > 0 {
			l.t.Logf("%s: %d repaired, in %v, at the %dth try", what, repaired, time.Since(began), tries)
			return
		}
		if tries == 40 {
			l.t.Fatalf("%s: nothing is repaired", what)
		}
	}
}

// checkNamed wants a server named as damaged, or none.
func (l *latecomers) checkNamed(victim *natstest.Server) {
	l.t.Helper()
	opts := cluster.Options{URLs: l.servers.URLs(), Stream: "chat", Logger: quiet, Existing: true}
	for _, s := range l.servers.Servers {
		opts.Monitors = append(opts.Monitors, s.MonitorURL())
	}
	j, err := cluster.Connect(l.t.Context(), opts, "")
	if err != nil {
		l.t.Fatal(err)
	}
	defer j.Close()
	servers, err := j.CompareServers(l.t.Context())
	if err != nil || len(servers) != len(l.servers.Servers) {
		l.t.Fatalf("there are %d servers, %v", len(servers), err)
	}
	for _, s := range servers {
		if damaged := victim != nil && s.Name == victim.Name; s.Lost != j.Lost()[s.Name] || (s.Lost > 0) != damaged {
			l.t.Errorf("%s lacks %d of %d, as is told %d", s.Name, s.Lost, s.Monitored.Copy.Messages, j.Lost()[s.Name])
		}
	}
}

// replace gives a damaged server a new copy, as docs/cluster.md says.
func replace(t *testing.T, s *natstest.Server) {
	t.Helper()
	s.Stop()
	s.Drop("chat")
	s.Start()
	s.AwaitHealth()
}

func joinServers(t *testing.T, urls []string) *cluster.Journal {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const blocksOf4MiB = 30 << 20
	j, err := cluster.Connect(ctx, cluster.Options{URLs: urls, Stream: "chat", Replicas: 3, MaxBytes: blocksOf4MiB, Logger: quiet}, "e1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

// fillStream fills more than one block, and deletes some of that. It returns the last place.
func fillStream(t *testing.T, log *store.Replica, j *cluster.Journal) (last uint64) {
	t.Helper()
	const batches, size = 12, 500
	for range batches {
		var records []store.Record
		for i := range size {
			d := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: fmt.Sprint(i, strings.Repeat("x", 1000))}}
			records = append(records, store.Record{ID: store.NewRecordID(), Draft: d})
		}
		var err error
		if last, err = j.Publish(t.Context(), records); err != nil {
			t.Fatal(err)
		}
	}
	reach(t, log, last)
	for seq := uint64(100); seq < last; seq += 100 {
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Delete{Of: seq}})
		if err == nil {
			err = j.Erase(t.Context(), seq)
		}
		if err != nil {
			t.Fatal(err)
		}
		last = ev.ID.Seq
	}
	return last
}

func reach(t *testing.T, log *store.Replica, seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if reached, err := log.Reach(ctx, seq); !reached || err != nil {
		t.Fatalf("Reach(%d) = %v, %v", seq, reached, err)
	}
}

func closeLog(t *testing.T, log *store.Replica) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

// damage flips a bit of some servers' copies while they are down.
func damage(t *testing.T, summary bool, servers ...*natstest.Server) {
	t.Helper()
	for _, s := range servers {
		s.Stop()
		s.FlipBit("chat", summary)
	}
	for _, s := range servers {
		s.Start()
	}
	for _, s := range servers {
		s.AwaitHealth()
	}
}

// lead makes a server the leader of the stream.
func lead(t *testing.T, servers *natstest.Cluster, s *natstest.Server) {
	t.Helper()
	conn, err := nats.Connect(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for deadline := time.Now().Add(time.Minute); servers.Leader("chat") != s; {
		if time.Now().After(deadline) {
			t.Fatal("the server does not become the leader")
		}
		request := fmt.Appendf(nil, `{"placement":{"preferred":%q}}`, conn.ConnectedServerName())
		_, _ = conn.Request("$JS.API.STREAM.LEADER.STEPDOWN.chat", request, time.Second)
		time.Sleep(50 * time.Millisecond) // another program has to get on
	}
}

// rowsOf returns the rows of a closed log.
func rowsOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := db.QueryContext(t.Context(), "SELECT concat_ws(' ', seq, kind, room, user_name, actor, client_id, target, time, body, crc) FROM log ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// A record that is damaged at all servers is missing, and what comes after it is followed.
func TestDamagedRecord(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	j := joinServers(t, servers.URLs())
	log := openReplica(t, t.TempDir(), j)
	say := func(text string) uint64 {
		t.Helper()
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		return ev.ID.Seq
	}
	first := say("one")
	conn, err := nats.Connect(servers.URLs()[0])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "chat")
	if err != nil {
		t.Fatal(err)
	}
	stood, err := stream.GetMsg(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	stood.Data[len(stood.Data)-1] ^= 1
	if _, err := js.Publish(t.Context(), stood.Subject, stood.Data); err != nil {
		t.Fatal(err)
	}
	if last := say("two"); last != first+2 {
		t.Errorf("the next event is at %d", last)
	}
	if missing := j.Counts().Missing.Load(); missing != 1 {
		t.Errorf("%d are missing", missing)
	}
	late := joinServers(t, servers.URLs())
	reach(t, openReplica(t, t.TempDir(), late), first+2)
	if missing := late.Counts().Missing.Load(); missing != 1 {
		t.Errorf("%d are missing in a log that comes later", missing)
	}
}
