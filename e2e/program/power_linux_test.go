package program

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/internal/seed"
)

var cuts = flag.Int("cuts", 5, "how often TestPowerCut cuts the power")

// TestPowerCut: what was acknowledged is on the disk, in order and once, at any moment
// at which the power might fail.
//
// The data folder is on a file system of its own, in a file. The power is cut by
// cloning that file, which takes one moment of it: what the kernel has not yet
// written is missing, as it would be after a real cut. It is not a disk that loses what it has
// said is safe; nothing helps against that.
func TestPowerCut(t *testing.T) {
	d := newDisk(t)
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn", "--data="+filepath.Join(d.mounted, "data"))
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
		d.writeUnsynced(t, n)
		acked, changes := w.account().acked, c.acks()
		d.cut(t)
		after := w.account()
		kept := d.readCopy(t, n, func(data string) {
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

// disk is a file system in a file that can be cloned while it is in use.
type disk struct {
	image, copy string // files
	mounted     string // where the image is
	copyMounted string // where the copy is, at times
}

// newDisk makes an ext4 in a file on an XFS in a file: XFS can clone files.
func newDisk(t *testing.T) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("left out: only root can mount file systems")
	}
	for _, tool := range []string{"mkfs.xfs", "mkfs.ext4"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("left out: %s is not installed", tool)
		}
	}
	dir := t.TempDir()
	outer, image := filepath.Join(dir, "outer"), filepath.Join(dir, "outer.img")
	makeFileSystem(t, image, 1<<30, "mkfs.xfs", "-q")
	mount(t, image, outer)
	d := &disk{
		image: filepath.Join(outer, "disk.img"), copy: filepath.Join(outer, "copy.img"),
		mounted: filepath.Join(dir, "disk"), copyMounted: filepath.Join(dir, "copy"),
	}
	makeFileSystem(t, d.image, 256<<20, "mkfs.ext4", "-q", "-F")
	mount(t, d.image, d.mounted)
	return d
}

func makeFileSystem(t *testing.T, image string, size int64, command ...string) {
	t.Helper()
	f, err := os.Create(image)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	f.Close()
	command = append(command, image)
	must(t, command...)
}

// mount mounts an image until the test ends. Where loop devices may not be used, the test is left out.
func mount(t *testing.T, image, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Skipf("left out: file systems cannot be mounted here: %s", strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() { must(t, "umount", dir) })
}

func must(t *testing.T, command ...string) {
	t.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
}

// unsyncedText is long enough to be more than a name in a folder.
var unsyncedText = strings.Repeat("never synced ", 1000)

// unsynced is a file that is written before the n-th cut. It is another each time: ext4
// syncs one that is replaced.
func unsynced(dir string, n int) string { return filepath.Join(dir, fmt.Sprint("unsynced-", n)) }

// writeUnsynced writes a file and does not wait until it is on the disk.
func (d *disk) writeUnsynced(t *testing.T, n int) {
	t.Helper()
	path := unsynced(d.mounted, n)
	if err := os.WriteFile(path, []byte(unsyncedText), 0o600); err != nil {
		t.Fatal(err)
	}
}

// cut makes the copy.
func (d *disk) cut(t *testing.T) {
	t.Helper()
	must(t, "cp", "--reflink=always", d.image, d.copy)
}

// inRooms are the events of some rooms.
func inRooms(events []chat.Event, rooms []chat.Room) []chat.Event {
	return slices.DeleteFunc(events, func(ev chat.Event) bool { return !slices.Contains(rooms, ev.Room) })
}

// readCopy gives read the data folder that a server would find after the cut, and returns whether
// the file that was not synced is there.
func (d *disk) readCopy(t *testing.T, n int, read func(data string)) (kept bool) {
	t.Helper()
	if err := os.MkdirAll(d.copyMounted, 0o700); err != nil {
		t.Fatal(err)
	}
	must(t, "mount", "-o", "loop", d.copy, d.copyMounted)
	defer must(t, "umount", d.copyMounted)
	text, _ := os.ReadFile(unsynced(d.copyMounted, n))
	read(filepath.Join(d.copyMounted, "data"))
	return string(text) == unsyncedText
}
