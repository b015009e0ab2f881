package program

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/e2e/internal/disk"
	"plainchat/internal/seed"
)

var cuts = flag.Int("cuts", 5, "how often TestPowerCut cuts the power")

// TestPowerCut: what was acknowledged is on the disk, in order and once, at any moment
// at which the power might fail.
//
// The data folder is on a file system of its own, in a file. The power is cut by cloning that file.
func TestPowerCut(t *testing.T) {
	d := disk.NewDisks(t, 1, 256<<20)[0]
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn", "--data="+filepath.Join(d.Mounted, "data"))
	w := &witness{server: s, acks: make(chan struct{})}
	stop := make(chan struct{})
	var sending sync.WaitGroup
	for i := range 8 {
		sending.Go(func() { w.send(ctx, fmt.Sprint("sender ", i), stop) })
	}
	c := newChangeCrowd(ctx, s, seed.Rand(t).Uint64(), 4)
	events, survived := 0, 0
	for n := range *cuts {
		w.awaitAcks(ctx, t, 50)
		c.awaitAcks(ctx, 20)
		writeUnsynced(t, d, n)
		acked, changes := w.account().acked, c.acks()
		d.Cut(t)
		after := w.account()
		kept := readCopy(t, d, n, func(data string) {
			log := inRooms(readLog(t, data), crowdRooms)
			changed := newChangesAccount(t, data, c.changers, changes)
			for _, fault := range append(account{log: log, sent: after.sent, acked: acked}.faults(), changed.faults()...) {
				t.Error(fault)
			}
			events = len(log) + len(changed.log)
		})
		if kept {
			survived++
		}
	}
	close(stop)
	sending.Wait()
	c.disperse()
	if survived == *cuts {
		t.Error("every copy has what was never synced, so they show nothing")
	}
	t.Logf("%d cuts; %d events in the last copy; %d copies had the file that was not synced", *cuts, events, survived)
}

// witness sends and remembers.
type witness struct {
	server *server
	acks   chan struct{} // told of each acknowledgement, unless nobody waits for it

	mu    sync.Mutex
	sent  []chat.Draft
	acked []chat.Event
}

func (w *witness) send(ctx context.Context, name string, stop <-chan struct{}) {
	for i := 0; ctx.Err() == nil; i++ {
		select {
		case <-stop:
			return
		default:
		}
		m := chat.Draft{Room: crowdRooms[i%len(crowdRooms)], From: chat.Person{Name: chat.Name(name)}, Body: chat.Message{Text: fmt.Sprintf("%s says %d", name, i)}}
		w.mu.Lock()
		w.sent = append(w.sent, m)
		w.mu.Unlock()
		ev, _, err := w.server.send(ctx, m)
		if err != nil {
			w.server.t.Error(err)
			return
		}
		w.mu.Lock()
		w.acked = append(w.acked, ev)
		w.mu.Unlock()
		select {
		case w.acks <- struct{}{}:
		case <-stop:
		}
	}
}

// account returns what was sent and acknowledged so far.
func (w *witness) account() account {
	w.mu.Lock()
	defer w.mu.Unlock()
	return account{sent: slices.Clone(w.sent), acked: slices.Clone(w.acked)}
}

func (w *witness) awaitAcks(ctx context.Context, t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-w.acks:
		case <-ctx.Done():
			t.Fatal("no message is acknowledged any more")
		}
	}
}

// unsyncedText is long enough to be more than a name in a folder.
var unsyncedText = strings.Repeat("never synced ", 1000)

// unsynced is a file that is written before the n-th cut. It is another each time: ext4
// syncs one that is replaced.
func unsynced(dir string, n int) string { return filepath.Join(dir, fmt.Sprint("unsynced-", n)) }

// writeUnsynced writes a file and does not wait until it is on the disk.
func writeUnsynced(t *testing.T, d *disk.Disk, n int) {
	t.Helper()
	path := unsynced(d.Mounted, n)
	if err := os.WriteFile(path, []byte(unsyncedText), 0o600); err != nil {
		t.Fatal(err)
	}
}

// inRooms are the events of some rooms.
func inRooms(events []chat.Event, rooms []chat.Room) []chat.Event {
	return slices.DeleteFunc(events, func(ev chat.Event) bool { return !slices.Contains(rooms, ev.Room) })
}

// readCopy gives read the data folder that a server would find after the cut, and returns whether
// the file that was not synced is there.
func readCopy(t *testing.T, d *disk.Disk, n int, read func(data string)) (kept bool) {
	t.Helper()
	dir, unmount := d.MountCopy(t)
	defer unmount()
	text, _ := os.ReadFile(unsynced(dir, n))
	read(filepath.Join(dir, "data"))
	return string(text) == unsyncedText
}
