package cluster

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"os/exec"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/build"
	"plainchat/internal/seed"
)

var upgradeFrom = flag.String("upgrade-from", "", "the revision whose nodes TestUpgrade upgrades; without it, the newest release that has several")

// Nodes are ended and started as another version, one after the other, while people talk and
// listen: versions that follow each other share a chat.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	before := buildBefore(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := &cluster{t: t, servers: natstest.Start(t, 3), binary: before}
	for range 3 {
		c.join("", "--read-limit", "0").AwaitReady()
	}
	w := newCrowd(ctx, c, seed.Draw(t), crowdOptions{talkers: 24, listeners: 30, pace: 150 * time.Millisecond})
	for _, n := range c.nodes {
		w.awaitAcks(ctx, 200)
		if code := n.Stop(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		n.Upgrade(binary)
		n.Restart()
		n.AwaitReady()
	}
	w.awaitAcks(ctx, 200)
	a := w.disperse(ctx, c)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	worst, refused := w.worst()
	t.Logf("%d acknowledged, %d streams, slowest %v, 503: %v", len(a.acks), w.opened(), worst, refused)
}

// buildBefore builds the program as it was, from what git has of it.
func buildBefore(t *testing.T) string {
	t.Helper()
	revision := cmp.Or(*upgradeFrom, newestRelease(t))
	if revision == "" {
		t.Skip("left out: no release that git knows of has a chat of several nodes; name a revision with -upgrade-from")
	}
	sources, dir := t.TempDir(), t.TempDir()
	archive, err := exec.CommandContext(bounded(t), "git", "-C", root, "archive", revision).Output()
	if err != nil {
		t.Fatalf("git archive %s: %v", revision, err)
	}
	unpack := exec.CommandContext(bounded(t), "tar", "-x", "-C", sources)
	unpack.Stdin = bytes.NewReader(archive)
	if out, err := unpack.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	path, err := build.Program(sources, dir)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// newestRelease is the tag of the newest version that can be one of several nodes; empty if there is none.
func newestRelease(t *testing.T) string {
	t.Helper()
	tags, err := exec.CommandContext(bounded(t), "git", "-C", root, "tag", "--merged", "HEAD~1", "--sort=-creatordate").Output()
	if err != nil {
		return "" // there is no history here
	}
	for _, tag := range strings.Fields(string(tags)) {
		if exec.CommandContext(bounded(t), "git", "-C", root, "cat-file", "-e", tag+":cmd/plainchat/cluster.go").Run() == nil {
			return tag
		}
	}
	return ""
}
