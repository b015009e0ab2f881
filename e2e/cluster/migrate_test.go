package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
	"plainchat/internal/seed"
	"plainchat/store"
)

// A chat moves from one machine to three, back, and once more, while people wait for it: whoever listened
// resumes by the id that they have, and nothing is lost, doubled or told in another order.
func TestMigrate(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := &cluster{t: t, servers: natstest.Start(t, 3)}
	m := &migration{cluster: c, alone: []string{"--max-streams-per-client", "0", "--read-limit", "0"}}
	m.joinAlone(seedLog(t, 10_000))
	m.joinAlone(t.TempDir()).Kill()
	m.joinAlone(t.TempDir()).Kill()
	w := newCrowd(ctx, c, seed.Draw(t), crowdOptions{talkers: 12, listeners: 15, pace: 50 * time.Millisecond})
	w.awaitAcks(ctx, 300)
	m.toCluster(ctx, "plainchat")
	w.awaitAcks(ctx, 300)
	a := w.disperse(ctx, c)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	m.back("plainchat")
	m.resume(ctx, w.listeners, c.nodes[:1])
	m.toCluster(ctx, "again")
	m.restore(ctx, c.nodes[2], c.nodes[1])
	m.resume(ctx, w.listeners, c.nodes)
	m.run(ctx, "check", "--data", c.nodes[2].Data, "--nats", strings.Join(c.servers.URLs(), ","), "--nats-stream", "again")
	if m.killed == 0 {
		t.Error("no move was killed in its midst")
	}
	t.Logf("%d acknowledged, killed %d times in the midst of a move", len(a.acks), m.killed)
}

// migration is a cluster that is one node now and then.
type migration struct {
	*cluster
	alone  []string // flags of a node that is alone
	killed int      // how often a move was cut off
}

// joinAlone starts a node that is alone.
func (m *migration) joinAlone(data string) *running.Server {
	m.t.Helper()
	n := running.StartWith(m.t, running.Options{Binary: binary, Data: data, Addr: natstest.FreeAddresses(m.t, 1)[0], Stderr: logOf(m.t), Args: m.alone})
	m.nodes = append(m.nodes, n)
	return n
}

// toCluster ends the first node and moves its log, and starts all three.
func (m *migration) toCluster(ctx context.Context, stream string) {
	m.t.Helper()
	if code := m.nodes[0].Stop(); code != 0 {
		m.t.Fatalf("exit code %d", code)
	}
	urls := strings.Join(m.servers.URLs(), ",")
	m.moveUnderKills(ctx, m.nodes[0].Data, "--to", urls, "--nats-stream", stream)
	if out := m.refused(m.nodes[0].Data); !strings.Contains(out, "--nats") {
		m.t.Errorf("the folder that was moved is served alone: %s", out)
	}
	for i, n := range m.nodes {
		if n.Args = append([]string{"--nats", urls, "--nats-stream", stream}, m.alone...); i > 0 {
			n.Data = m.t.TempDir()
		}
		n.Restart()
	}
	for _, n := range m.nodes {
		n.AwaitReady()
	}
}

// back moves the chat into the folder of the first node, which starts alone; all have ended.
func (m *migration) back(stream string) {
	m.t.Helper()
	urls := strings.Join(m.servers.URLs(), ",")
	m.moveUnderKills(bounded(m.t), m.nodes[0].Data, "--from", urls, "--nats-stream", stream)
	if out := m.refused(m.nodes[1].Data, "--nats", urls, "--nats-stream", stream); !strings.Contains(out, "moved away") {
		m.t.Errorf("another node goes on: %s", out)
	}
	checkFolder(m.t, m.nodes[0].Data)
	m.nodes[0].Args = m.alone
	m.nodes[0].Restart()
	m.nodes[0].AwaitReady()
}

// restore replaces a node by one that starts from the backup of another, which runs.
func (m *migration) restore(ctx context.Context, n, other *running.Server) {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), "backup")
	m.run(ctx, "backup", "--data", other.Data, file)
	if code := n.Stop(); code != 0 {
		m.t.Errorf("exit code %d", code)
	}
	n.Data = m.t.TempDir()
	m.run(ctx, "restore", "--data", n.Data, file)
	n.Restart()
	n.AwaitReady()
}

// run runs a command that must succeed.
func (m *migration) run(ctx context.Context, args ...string) {
	m.t.Helper()
	if out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput(); err != nil {
		m.t.Errorf("%s: %v: %s", args[0], err, out)
	}
}

// moveUnderKills kills the move later and later, until one comes to its end.
func (m *migration) moveUnderKills(ctx context.Context, dir string, args ...string) {
	m.t.Helper()
	for patience := 100 * time.Millisecond; ; patience += patience / 2 {
		run := exec.CommandContext(ctx, binary, append([]string{"migrate", "--data", dir}, args...)...)
		var said strings.Builder
		run.Stdout, run.Stderr = &said, &said
		if err := run.Start(); err != nil {
			m.t.Fatal(err)
		}
		kill := time.AfterFunc(patience, func() { _ = run.Process.Kill() })
		err := run.Wait()
		if kill.Stop() {
			if err != nil {
				m.t.Fatalf("%s: %v: %s", args[0], err, said.String())
			}
			m.t.Logf("%s", strings.TrimSpace(said.String()))
			return
		}
		if isUnfinished(ctx, dir, args[1], args[3]) {
			m.killed++
		}
	}
}

// isUnfinished reports whether a log is being moved into a stream. It makes none, as a node would.
func isUnfinished(ctx context.Context, dir, urls, stream string) bool {
	out, _ := exec.CommandContext(ctx, binary, "check", "--data", dir, "--nats", urls, "--nats-stream", stream).CombinedOutput()
	return strings.Contains(string(out), "not finished")
}

// refused starts a node that must not start, and returns why it does not.
func (m *migration) refused(dir string, flags ...string) string {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), limit)
	defer cancel()
	out, _ := exec.CommandContext(ctx, binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", dir}, flags...)...).CombinedOutput()
	return string(out)
}

// resume has listeners go on from where they are, at some of these nodes, and checks what they are told.
func (m *migration) resume(ctx context.Context, listeners []*listener, nodes []*running.Server) {
	m.t.Helper()
	want := make(map[chat.Room][]string)
	before := make(map[*listener]int)
	var listening sync.WaitGroup
	for _, l := range listeners {
		before[l], l.nodes, l.node, l.left = len(l.events), nodes, 0, make(map[chat.Room]bool)
		for _, room := range l.rooms {
			l.left[room] = true
		}
		listening.Go(func() {
			if err := l.listen(ctx); err != nil {
				m.t.Error(err)
			}
		})
	}
	for n := range 10 {
		for _, room := range rooms {
			text := fmt.Sprint("after the move ", n)
			if n == 9 {
				text = farewell
			}
			nodes[n%len(nodes)].Post(string(room), "host", text)
			want[room] = append(want[room], text)
		}
	}
	listening.Wait()
	for _, l := range listeners {
		heard := make(map[chat.Room][]string)
		for _, ev := range l.events[before[l]:] {
			is := membersOf(ev.data)
			heard[chat.Room(is.Room)] = append(heard[chat.Room(is.Room)], is.Message)
		}
		for _, room := range l.rooms {
			if !slices.Equal(heard[room], want[room]) {
				m.t.Errorf("%s heard %q in %s, not %q", l.who, heard[room], room, want[room])
			}
		}
		for _, fault := range l.faults {
			m.t.Error(fault)
		}
	}
}

// seedLog makes a log with so much that its move takes a while.
func seedLog(t *testing.T, events int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var sending sync.WaitGroup
	for sender := range 500 {
		sending.Go(func() {
			for n := range events / 500 {
				d := chat.Draft{Room: "archive", From: chat.Person{Name: "clerk"}, Body: chat.Message{Text: fmt.Sprintf("sheet %d of %d", n, sender)}}
				if _, _, err := log.Append(t.Context(), d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sending.Wait()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}
