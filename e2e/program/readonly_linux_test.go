package program

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/e2e/internal/disk"
)

// TestReadOnlyDisk: on a disk that takes no writing any more messages are refused
// clearly, and all else goes on; they are taken again when it does.
//
// A file system with a database open in it cannot be made read-only and back: the
// kernel refuses the first, or, after an error of the disk, the second. So the files
// are made immutable and back, and then the kernel is told of an error.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	mounted := smallDisk(t, "ext4")
	data := filepath.Join(mounted, "data")
	s := newServer(t, "--data="+data)
	s.data = data
	listener := s.open("room=tea")
	acked := []chat.Event{s.say("tea", "before")}

	s.setImmutable(t, "+i")
	s.checkReadsOnly(t, acked)
	s.setImmutable(t, "-i")
	if res, body := s.get("/readyz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("with writing again: %s", body)
	}
	acked = append(acked, s.say("tea", "after"))
	for _, want := range acked {
		if got := listener.message(t); got != want {
			t.Errorf("heard %s, want %s", got.ID, want.ID)
		}
	}

	breakDisk(t, mounted)
	s.checkReadsOnly(t, acked)
	s.kill()
	disk.Must(t, "umount", mounted)
	disk.Must(t, "mount", "-o", "loop", mounted+".img", mounted) // as an operator would
	s.start()
	acked = append(acked, s.say("tea", "repaired"))
	s.retire()
	if faults := (account{log: s.log(), sent: messagesOf(acked), acked: acked}).faults(); len(faults) > 0 {
		t.Error(faults)
	}
}

// messagesOf returns what was sent to get these events.
func messagesOf(events []chat.Event) []chat.Draft {
	var messages []chat.Draft
	for _, ev := range events {
		messages = append(messages, chat.Draft{Room: ev.Room, From: chat.Person{Name: ev.From.Name}, Key: ev.Key, Body: chat.Message{Text: ev.Text()}})
	}
	return messages
}

// checkReadsOnly looks at a server that cannot write.
func (s *server) checkReadsOnly(t *testing.T, acked []chat.Event) {
	t.Helper()
	res, body := s.post("/rooms/tea/messages", header("Content-Type", "text/plain", "User-Name", "Mina"), "refused")
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(body, `"unavailable"`) {
		t.Errorf("a message: status %d, %s", res.StatusCode, body)
	}
	if res, body := s.get("/readyz", nil); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz: status %d, %s", res.StatusCode, body)
	}
	var reading []*stream
	for range 8 { // more than there are connections to read with
		reading = append(reading, s.open("room=tea&since=all"))
	}
	for _, st := range reading {
		for _, want := range acked {
			if got := st.message(t); got != want {
				t.Errorf("heard %s, want %s", got.ID, want.ID)
			}
		}
	}
	if n := len(s.texts("tea")); n != len(acked) {
		t.Errorf("the history has %d messages", n)
	}
}

// setImmutable says whether the database's files may be changed.
func (s *server) setImmutable(t *testing.T, flag string) {
	t.Helper()
	if _, err := exec.LookPath("chattr"); err != nil {
		t.Skip("left out: chattr is not installed")
	}
	for _, name := range []string{"log.db", "log.db-wal"} {
		disk.Must(t, "chattr", flag, filepath.Join(s.data, name))
	}
}

// breakDisk makes the kernel believe in an error of the disk, upon which it lets nothing
// more be written.
func breakDisk(t *testing.T, mounted string) {
	t.Helper()
	device, err := exec.Command("findmnt", "-n", "-o", "SOURCE", mounted).Output()
	if err != nil {
		t.Fatal(err)
	}
	trigger := filepath.Join("/sys/fs/ext4", filepath.Base(strings.TrimSpace(string(device))), "trigger_fs_error")
	if err := os.WriteFile(trigger, []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLookOnReadOnlyDisk: SQLite cannot read a log without writing beside it, and who
// meets that is told what to do.
func TestLookOnReadOnlyDisk(t *testing.T) {
	t.Parallel()
	mounted := smallDisk(t, "tmpfs")
	data := filepath.Join(mounted, "data")
	s := newServer(t, "--data="+data)
	s.data = data
	s.say("tea", "hello")
	s.retire()
	disk.Must(t, "mount", "-o", "remount,ro", mounted)
	checkRefuses(t, data, nil, []string{"check", "--data=" + data}, "copy the folder")
	checkRefuses(t, data, nil, []string{"backup", "--data=" + data, filepath.Join(t.TempDir(), "backup")}, "copy the folder")
}
