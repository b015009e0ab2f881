package repair_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/store/repair"
)

// A backup made amid appends has all that was acknowledged before. Restored, it is
// the same events in a log of another epoch.
func TestBackupAndRestore(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup")
	log := open(t, dir)
	for n := range 50 {
		say(t, log, "r", fmt.Sprint("before ", n))
	}
	stop := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				say(t, log, "r", fmt.Sprint("during ", n))
			}
		}
	})
	found, err := repair.Backup(t.Context(), dir, file)
	close(stop)
	sending.Wait()
	if err != nil || found.Events < 50 || found.Epoch != log.Epoch() {
		t.Fatalf("the backup: %+v, %v", found, err)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is not private: %v, %v", info, err)
	}

	target := filepath.Join(t.TempDir(), "a", "b")
	if _, err := repair.Restore(t.Context(), file, target); err != nil {
		t.Fatal(err)
	}
	restored := open(t, target)
	if restored.Epoch() == log.Epoch() {
		t.Error("the restored log has the epoch of the other one")
	}
	want, _ := readAll(t, log.Read(t.Context(), 0, found.Last))
	got, damaged := readAll(t, restored.Read(t.Context(), 0, 1<<40))
	for i := range got {
		got[i].ID.Epoch = log.Epoch()
	}
	if !slices.Equal(got, want) || len(damaged) > 0 {
		t.Errorf("restored are %d events, want %d; damaged %v", len(got), len(want), damaged)
	}
	if _, again, err := restored.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "id-before 7", Body: chat.Message{Text: "before 7"}}); err != nil || !again {
		t.Errorf("a client id is forgotten: %v", err)
	}
	for _, folder := range []string{filepath.Dir(file), target} {
		if left, _ := filepath.Glob(filepath.Join(folder, "*.tmp")); len(left) > 0 {
			t.Errorf("left over: %q", left)
		}
	}
}

// What must not be copied or overwritten is refused, and nothing is left behind.
func TestRefusedBackups(t *testing.T) {
	dir, folder := spoken(t, 5), t.TempDir()
	file := filepath.Join(folder, "backup")
	if _, err := repair.Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	damaged := copyFolder(t, dir)
	tamper(t, damaged, "UPDATE log SET body = 'forged' WHERE seq = 2")
	before := fingerprint(t, folder)
	backup := func(dir, file string) error { _, err := repair.Backup(t.Context(), dir, file); return err }
	restore := func(file, dir string) error { _, err := repair.Restore(t.Context(), file, dir); return err }
	crashed := t.TempDir() // amid the first commit of a new log
	writeFile(t, filepath.Join(crashed, "log.db"), "")
	writeFile(t, filepath.Join(crashed, "log.db-journal"), "journal")
	text := filepath.Join(t.TempDir(), "text")
	writeFile(t, text, strings.Repeat("text ", 100))
	for want, err := range map[string]error{
		"exists already":      backup(dir, file),
		"no log":              backup(t.TempDir(), file+"2"),
		"log.db* away":        restore(file, crashed),
		"is damaged":          backup(damaged, file+"2"),
		"cannot write beside": backup(dir, filepath.Join(folder, "no", "backup")),
		"has a log already":   restore(file, dir),
		"not restored":        restore(filepath.Join(damaged, "log.db"), t.TempDir()),
		"is not a backup":     restore(text, t.TempDir()),
		"cannot read":         restore(file+"2", t.TempDir()),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("err = %v, want a sentence with %q", err, want)
		}
	}
	if after := fingerprint(t, folder); after != before {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
}

// looking is a context that tells when it is looked at.
type looking struct {
	context.Context
	at func()
}

func (l looking) Done() <-chan struct{} {
	l.at()
	return l.Context.Done()
}

// A file that appears while the copy is made is not overwritten.
func TestBackupBesideAnother(t *testing.T) {
	dir, file := spoken(t, 5), filepath.Join(t.TempDir(), "backup")
	_, err := repair.Backup(looking{t.Context(), func() { writeFile(t, file, "another") }}, dir, file)
	if err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("err = %v, want a sentence with %q", err, "exists already")
	}
	if content, err := os.ReadFile(file); string(content) != "another" {
		t.Errorf("the file has %d bytes of something else, %v", len(content), err)
	}
}
