package repair_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
	"plainchat/store/storetest"
)

// talk says something of many kinds: with keys and without, edited, deleted, and read up to.
func talk(t *testing.T) func(*store.Replica) {
	return func(log *store.Replica) {
		me := chat.Person{ID: "g1", Name: "me"}
		_, last, _ := log.Bounds(t.Context())
		for n := range 20 {
			key := ""
			if n%2 == 0 {
				key = fmt.Sprint("k", last, n)
			}
			ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: me, Key: key, Body: chat.Message{Text: "said"}, Claims: n == 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, body := range []chat.Body{chat.Edit{Of: ev.ID.Seq, Text: "edited"}, chat.Read{Upto: ev.ID.Seq}, chat.Delete{Of: ev.ID.Seq}}[:1+n%3] {
				if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: me, Body: body}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// at opens the log of a node that is closed, has it do something, and follow its journal to the end.
func at(t *testing.T, j store.Journal, dir string, does func(*store.Replica)) {
	t.Helper()
	log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, j)
	if err != nil {
		t.Fatal(err)
	}
	does(log)
	_, last, _ := j.Bounds(t.Context())
	if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func wantNode(t *testing.T, dir string, j store.Journal) {
	t.Helper()
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() || !found.Follows {
		t.Errorf("%+v, %v", found, err)
	}
	wantDifferences(t, dir, j)
}

// A backup of a node that runs is the beginning of another, which follows from there.
func TestBackupOfNode(t *testing.T) {
	j := storetest.NewMemory("abcdefghij")
	dir, file, restored := t.TempDir(), filepath.Join(t.TempDir(), "backup"), t.TempDir()
	at(t, j, dir, func(log *store.Replica) {
		talk(t)(log)
		if _, err := repair.Backup(t.Context(), dir, file); err != nil {
			t.Fatal(err)
		}
		talk(t)(log)
	})
	found, err := repair.Restore(t.Context(), file, restored)
	if err != nil || !found.Follows || found.Epoch != j.Epoch() {
		t.Fatalf("%+v, %v", found, err)
	}
	if log, err := store.Open(t.Context(), store.Options{Dir: restored, Logger: quiet}); err == nil {
		t.Error("it gives positions itself")
		_ = log.Close()
	}
	j.Before = func(_ context.Context, seq uint64) {
		if seq <= found.Last {
			t.Errorf("it follows from %d, and had everything up to %d", seq, found.Last)
		}
	}
	at(t, j, restored, func(*store.Replica) {})
	j.Before = nil
	wantNode(t, dir, j)
	wantNode(t, restored, j)
}

// A node that is rebuilt is the node that it was if nothing is lost, and keeps the keys that tell second
// copies.
func TestRebuildNode(t *testing.T) {
	j := storetest.NewMemory("abcdefghij")
	copied := store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", From: chat.Person{Name: "n"}, Body: chat.Message{Text: "without a key"}}}
	publish := func() {
		if _, err := j.Publish(t.Context(), []store.Record{copied}); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	at(t, j, dir, func(log *store.Replica) {
		talk(t)(log)
		publish()
	})
	done, err := repair.Rebuild(t.Context(), dir)
	if err != nil || done.Lost > 0 || done.Renamed || done.Alone {
		t.Fatalf("%+v, %v", done, err)
	}
	wantNode(t, dir, j)
	at(t, j, dir, func(*store.Replica) { publish() })
	found, err := repair.Check(t.Context(), dir)
	if _, last, _ := j.Bounds(t.Context()); err != nil || found.Last != last-1 {
		t.Errorf("the second copy is an event, of %d, %v", last, err)
	}
}

// A node that has lost something is none any more, as it would lack that for ever.
func TestRebuildDamagedNode(t *testing.T) {
	for name, where := range map[string]string{"in the middle": "seq = 10", "at the end": "seq = (SELECT max(seq) FROM log)"} {
		t.Run(name, func(t *testing.T) {
			j := storetest.NewMemory("abcdefghij")
			dir := follow(t, j, talk(t))
			tamper(t, dir, "UPDATE log SET body = 'x' WHERE "+where)
			done, err := repair.Rebuild(t.Context(), dir)
			if err != nil || !done.Alone {
				t.Fatalf("%+v, %v", done, err)
			}
			if log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, j); err == nil {
				t.Error("it follows")
				_ = log.Close()
			}
			if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() || found.Follows {
				t.Errorf("%+v, %v", found, err)
			}
			if err := open(t, dir).Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a power cut takes from the write-ahead log of a node is no damage: it follows that again.
func TestNodeAfterPowerCut(t *testing.T) {
	j, dir, cut := storetest.NewMemory("abcdefghij"), t.TempDir(), t.TempDir()
	at(t, j, dir, func(log *store.Replica) {
		talk(t)(log)
		if err := os.CopyFS(cut, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	})
	wal := filepath.Join(cut, "log.db-wal")
	data, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	clear(data[len(data)/2 : len(data)/2+8192]) // which never got to the disk
	if err := os.WriteFile(wal, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := repair.Check(t.Context(), cut); err != nil || !found.Sound() {
		t.Errorf("%+v, %v", found, err)
	}
	if done, err := repair.Rebuild(t.Context(), copyFolder(t, cut)); err != nil || done.Alone || done.Renamed {
		t.Errorf("%+v, %v", done, err)
	}
	source := &storetest.Moving{Memory: j, Kept: make([]byte, 32)}
	if _, err := store.MoveAway(t.Context(), store.Options{Dir: cut, Logger: quiet}, source); err != nil {
		t.Fatal(err)
	}
	whole, _ := repair.Check(t.Context(), dir)
	if found, err := repair.Check(t.Context(), cut); err != nil || !found.Sound() || found.Events != whole.Events {
		t.Errorf("%+v, %v; it had %d events", found, err, whole.Events)
	}
}
