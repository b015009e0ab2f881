package cluster

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/disk"
	"plainchat/internal/seed"
)

var powerCuts = flag.Int("power-cuts", 0, "how often TestPowerCut cuts the power of all machines (as root)")

const diskSize = 512 << 20

// The power of all machines fails at once, again and again, and nothing that was acknowledged is lost:
// not on the servers, which a new node follows, and not on the nodes.
func TestPowerCut(t *testing.T) {
	p := startPowered(t, "", 3)
	for n := range *powerCuts {
		p.cut(t, fmt.Sprint("cut ", n+1), func(lost []string, acked int) {
			for _, each := range lost[:min(len(lost), tooMany)] {
				t.Errorf("cut %d: %s", n+1, each)
			}
			t.Logf("cut %d: %d acknowledged, %d lost", n+1, acked, len(lost))
		})
	}
}

// The way in which TestPowerCut cuts the power does lose what was not synced: with the servers' default
// it finds something lost.
func TestPowerCutWithoutSync(t *testing.T) {
	config, err := os.ReadFile(filepath.Join(root, "cluster", "nats.conf"))
	if err != nil {
		t.Fatal(err)
	}
	const synced = "sync_interval: always"
	if !bytes.Contains(config, []byte(synced)) {
		t.Fatalf("nats.conf has no %q", synced)
	}
	path := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(path, bytes.Replace(config, []byte(synced), nil, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startPowered(t, path, 0)
	p.cut(t, "cut", func(lost []string, acked int) {
		if len(lost) == 0 {
			t.Error("nothing is lost, so that the other test shows nothing")
		}
		t.Logf("%d acknowledged, %d lost", acked, len(lost))
	})
}

// powered is a chat on machines whose power can be cut.
type powered struct {
	ctx            context.Context
	crowd          *crowd
	servers, nodes []*disk.Disk
}

// startPowered starts a chat that is talked in. Of its three nodes, some are on disks whose power is cut.
func startPowered(t *testing.T, config string, nodes int) *powered {
	t.Helper()
	if *powerCuts == 0 {
		t.Skip("left out: power cuts need root, and take minutes; make cluster-torture has them")
	}
	disks := disk.NewDisks(t, 3+nodes, diskSize)
	p := &powered{servers: disks[:3], nodes: disks[3:]}
	var cancel context.CancelFunc
	p.ctx, cancel = context.WithTimeout(t.Context(), limit+time.Duration(*powerCuts)*time.Minute)
	t.Cleanup(cancel)
	c := &cluster{t: t, servers: natstest.StartWith(t, natstest.Options{Servers: 3, Dirs: foldersOn(p.servers), Config: config})}
	for i := range 3 {
		data := ""
		if i < nodes {
			data = filepath.Join(p.nodes[i].Mounted, "data")
		}
		c.join(data)
	}
	p.crowd = newCrowd(p.ctx, c, seed.Draw(t), crowdOptions{talkers: 32, pace: 150 * time.Millisecond})
	t.Cleanup(func() { close(p.crowd.stop) })
	return p
}

func foldersOn(disks []*disk.Disk) (dirs []string) {
	for _, d := range disks {
		dirs = append(dirs, d.Mounted)
	}
	return dirs
}

// cut cuts the power, and tells what is lost of what was acknowledged before, once the machines run again: as
// the copies of their disks have it.
func (p *powered) cut(t *testing.T, name string, tell func(lost []string, acked int)) {
	t.Helper()
	p.crowd.awaitAcks(p.ctx, 300)
	var before account
	before.acks, _ = p.crowd.account()
	for _, d := range append(append([]*disk.Disk{}, p.nodes...), p.servers...) {
		d.Cut(t) // the nodes first: what they have, the servers have
	}
	_, before.gone = p.crowd.account()
	t.Run(name, func(t *testing.T) {
		c := p.revive(t)
		for _, room := range rooms {
			c.nodes[0].Post(string(room), "host", farewell)
		}
		for i := range c.nodes {
			before.nodes = append(before.nodes, c.nodeAccount(p.ctx, i))
		}
		for _, fault := range append(before.faultsOfLogs(), before.faultsOfViews()...) {
			t.Error(fault)
		}
	})
	if len(before.nodes) > 0 {
		tell(before.faultsOfAcks(), len(before.acks))
	}
}

// revive starts servers and nodes on the copies, and one node that is new.
func (p *powered) revive(t *testing.T) *cluster {
	t.Helper()
	mounted := func(disks []*disk.Disk) (dirs []string) {
		for _, d := range disks {
			dir, unmount := d.MountCopy(t)
			t.Cleanup(unmount)
			dirs = append(dirs, dir)
		}
		return dirs
	}
	servers, nodes := mounted(p.servers), mounted(p.nodes)
	c := &cluster{t: t, servers: natstest.StartWith(t, natstest.Options{Servers: 3, Dirs: servers})}
	for _, dir := range nodes {
		c.join(filepath.Join(dir, "data"))
	}
	c.join("")
	for _, n := range c.nodes {
		n.AwaitReady()
	}
	return c
}
