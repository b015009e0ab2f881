package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"plainchat/chat"
	"plainchat/e2e/internal/disk"
)

// TestDiskFull: without space messages are refused at once and clearly, and all else
// goes on; as soon as there is some again, the next message is taken. What was
// acknowledged stays.
//
// The data folder is on a small file system of its own, filled up by another file.
func TestDiskFull(t *testing.T) { checkDisks(t, fullDisks) }

func checkDisks(t *testing.T, disks map[string]fullDisk) {
	t.Helper()
	for _, fileSystem := range []string{"tmpfs", "ext4"} {
		for stage, d := range disks {
			t.Run(fileSystem+" "+stage, func(t *testing.T) {
				t.Parallel()
				d.mounted = smallDisk(t, fileSystem)
				d.server = newServer(t, "--log-level=warn", "--data="+filepath.Join(d.mounted, "data"))
				d.data = filepath.Join(d.mounted, "data")
				d.check(t)
			})
		}
	}
}

// TestStartOnFullDisk: without space for the files beside the database the program says
// so, and nothing is lost.
func TestStartOnFullDisk(t *testing.T) {
	t.Parallel()
	d := fullDisk{mounted: smallDisk(t, "tmpfs")}
	data := filepath.Join(d.mounted, "data")
	d.server = newServer(t, "--data="+data)
	d.data = data
	d.say("tea", "hello")
	if code := d.terminate(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	d.fill(t)
	second := launch(t, program(t, nil, "serve", "--listen=127.0.0.1:0", "--data="+data))
	if code, said := second.wait(), second.stderr.String(); code != 1 || !strings.HasPrefix(said, "plainchat: ") || !strings.Contains(said, "make space on its disk") {
		t.Errorf("exit code %d and %q", code, said)
	}
	rebuild := launch(t, program(t, nil, "rebuild", "--data="+data))
	if code, said := rebuild.wait(), rebuild.stderr.String(); code != 1 || !strings.Contains(said, "make space on its disk") {
		t.Errorf("rebuild: exit code %d and %q", code, said)
	}
	d.release(t)
	d.start()
	d.say("tea", "hello again")
	if texts := d.texts("tea"); len(texts) != 2 {
		t.Errorf("the history is %q", texts)
	}
}

// fullDisks are the stages at which space may end.
var fullDisks = map[string]fullDisk{
	"before the first message": {},
	"among messages":           {messages: 20, size: 100},
}

// fullDisk is a server whose disk is, or is to be, full.
type fullDisk struct {
	*server
	mounted        string
	messages, size int   // how many of how many characters are said before
	left           int64 // how many bytes are left
	account        account
}

func (d *fullDisk) check(t *testing.T) {
	ctx, stop := context.WithCancel(bounded(t))
	f := newFollower(d.server, "follower", "tea")
	var following sync.WaitGroup
	defer following.Wait()
	defer stop()
	following.Go(func() {
		if err := f.follow(ctx); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	for range d.messages {
		d.mustSay(ctx, t, d.size)
	}
	for _, again := range []bool{false, true} {
		d.checkReady(t, http.StatusOK)
		d.fill(t)
		d.checkFull(ctx, t)
		if again {
			d.kill()
			d.startAgain(t)
			d.checkFull(ctx, t)
		}
		d.release(t)
		if again { // the first time a message finds it out by itself
			d.checkReady(t, http.StatusOK)
		}
		d.mustSay(ctx, t, chat.MaxTextLength)
	}
	d.mustSay(ctx, t, 0)
	<-f.heard
	d.retire()
	following.Wait()
	d.account.heard, d.account.log = []hearing{f.hearing}, d.log()
	for _, fault := range d.account.faults() {
		t.Error(fault)
	}
	t.Logf("%d messages sent, %d acknowledged", len(d.account.sent), len(d.account.acked))
}

// startAgain starts it where there may be no space left even for what every start needs,
// the 32 KiB of an index in log.db-shm: then that is what it has to say.
func (d *fullDisk) startAgain(t *testing.T) {
	t.Helper()
	if d.tryStart() {
		return
	}
	if said := d.stderr.String(); !strings.Contains(said, "make space on its disk and start again") {
		t.Fatalf("it does not start and says %q", said)
	}
	d.release(t)
	d.start()
	d.fill(t)
}

// try says something of a size in characters, and keeps account of it; with none,
// farewell.
func (d *fullDisk) try(ctx context.Context, size int) error {
	text := farewell
	if size > 0 {
		text = fmt.Sprint(len(d.account.sent), " ")
		text += strings.Repeat("💧", size-len(text))
	}
	m := chat.Draft{Room: "tea", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: text}}
	d.account.sent = append(d.account.sent, m)
	ev, _, err := d.send(ctx, m)
	if err == nil {
		d.account.acked = append(d.account.acked, ev)
	}
	return err
}

func (d *fullDisk) mustSay(ctx context.Context, t *testing.T, size int) {
	t.Helper()
	if err := d.try(ctx, size); err != nil {
		t.Fatal(err)
	}
}

// checkFull says things until there is no space, and then some more, which may fit
// if they are small; and looks at all else that a server does.
func (d *fullDisk) checkFull(ctx context.Context, t *testing.T) {
	t.Helper()
	d.sayUntilRefused(ctx, t)
	for i := range 30 {
		checkRefused(t, d.try(ctx, []int{10, 1000}[i%2]))
	}
	d.sayUntilRefused(ctx, t)
	d.checkReady(t, http.StatusInsufficientStorage)
	for _, target := range []string{"/rooms/tea", "/rooms/tea/messages?limit=1000", "/metrics", "/healthz"} {
		if res, body := d.get(target, header("Accept", "text/html")); res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d: %s", target, res.StatusCode, body)
		}
	}
	if len(d.account.acked) == 0 {
		return
	}
	newest := d.account.acked[max(0, len(d.account.acked)-20):]
	st := d.open("room=tea&since=" + newest[0].ID.String())
	defer st.Close()
	for _, want := range newest[1:] {
		if got := st.message(t); got != want {
			t.Fatalf("heard %s, want %s", got.ID, want.ID)
		}
	}
}

func (d *fullDisk) sayUntilRefused(ctx context.Context, t *testing.T) {
	t.Helper()
	err := d.try(ctx, chat.MaxTextLength)
	for err == nil {
		err = d.try(ctx, chat.MaxTextLength)
	}
	checkRefused(t, err)
}

// checkRefused holds what became of a message against what must if there is no space
// for it.
func checkRefused(t *testing.T, err error) {
	t.Helper()
	r, ok := errors.AsType[*refusal](err)
	if err != nil && (!ok || r.status != http.StatusInsufficientStorage || !strings.Contains(r.detail, `"disk_full"`)) {
		t.Fatal(err)
	}
}

// checkReady holds /readyz against what it must be.
func (d *fullDisk) checkReady(t *testing.T, status int) {
	t.Helper()
	res, body := d.get("/readyz", nil)
	var problem struct{ Code string }
	_ = json.Unmarshal([]byte(body), &problem) // is none if it is ready
	if res.StatusCode != status || status != http.StatusOK && (problem.Code != "disk_full" || res.Header.Get("Retry-After") == "") {
		t.Errorf("/readyz: status %d, want %d: %s", res.StatusCode, status, body)
	}
}

// fill leaves no more space than it is to.
func (d *fullDisk) fill(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(d.mounted, "ballast"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	// Twice: blocks of files that were removed are free only after the first Sync.
	for _, piece := range []int{1 << 20, 4 << 10, 1, 4 << 10, 1} {
		for err = nil; err == nil; {
			var n int
			n, err = f.Write(make([]byte, piece))
			size += int64(n)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Truncate(size-d.left), f.Sync()); err != nil {
		t.Fatal(err)
	}
}

// release makes the space free again.
func (d *fullDisk) release(t *testing.T) {
	t.Helper()
	if err := os.Remove(filepath.Join(d.mounted, "ballast")); err != nil {
		t.Fatal(err)
	}
}

// smallDisk mounts a file system of 64 MiB until the test ends. Where that may not be
// done the test is left out; the store's own TestDiskFull, where SQLite is told how
// much it may take, runs everywhere.
func smallDisk(t *testing.T, fileSystem string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("left out: only root can mount file systems; what runs is TestDiskFull of the store")
	}
	dir := t.TempDir()
	mounted := filepath.Join(dir, "disk")
	if fileSystem == "ext4" {
		image := mounted + ".img"
		disk.Make(t, image, 64<<20, "mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", "-e", "remount-ro")
		disk.Mount(t, image, mounted)
		return mounted
	}
	if err := os.Mkdir(mounted, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", fileSystem, "-o", "size=64m", fileSystem, mounted).CombinedOutput(); err != nil {
		t.Skipf("left out: file systems cannot be mounted here: %s", out)
	}
	t.Cleanup(func() { disk.Must(t, "umount", mounted) })
	return mounted
}
