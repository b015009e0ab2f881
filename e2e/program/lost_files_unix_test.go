//go:build unix

package program

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
)

// checkStoresNothing looks at a server whose files are gone.
func (s *server) checkStoresNothing(t *testing.T) {
	t.Helper()
	for range 3 {
		res, body := s.post("/rooms/tea/messages", header("Content-Type", "text/plain", "User-Name", "Mina"), "refused")
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(body, `"unavailable"`) {
			t.Errorf("a message: status %d, %s", res.StatusCode, body)
		}
		if res, body := s.get("/readyz", nil); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, `"unavailable"`) {
			t.Errorf("/readyz: status %d, %s", res.StatusCode, body)
		}
	}
	if said := s.stderr.awaitCount(t, "level=ERROR", 1); strings.Count(said, "level=ERROR") != 1 || !strings.Contains(said, "restart plainchat") || !strings.Contains(said, s.data) {
		t.Errorf("it says %q", said)
	}
}

// TestFilesRemoved: what is taken from under a running server is noticed with the next
// message, all that reads goes on, and the next start finds all that was acknowledged
// and that is still there.
func TestFilesRemoved(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]string{".": "", "log.db": "", "log.db-wal": "Mina: before", "log.db-shm": "Mina: before"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			before := s.say("tea", "before")
			if err := os.RemoveAll(filepath.Join(s.data, name)); err != nil {
				t.Fatal(err)
			}
			s.checkStoresNothing(t)
			if got := s.open("room=tea&since=all").message(t); got != before {
				t.Errorf("heard %+v, want %+v", got, before)
			}
			s.kill()
			if name == "log.db" { // its newest part is left: no start without the rest
				if s.tryStart() {
					t.Error("it starts without its database")
				}
				return
			}
			s.start()
			if got := strings.Join(s.texts("tea"), ", "); !strings.HasPrefix(got, left) {
				t.Errorf("after a restart there is %q, want %q", got, left)
			}
			s.say("tea", "after")
		})
	}
}

// TestSecondServer: where the lock file was removed another server can come by the folder;
// from then on only that one stores anything.
func TestSecondServer(t *testing.T) {
	t.Parallel()
	first := newServer(t)
	acked := []chat.Event{first.say("tea", "of the first")}
	if err := os.Remove(filepath.Join(first.data, "lock")); err != nil {
		t.Fatal(err)
	}
	second := newServer(t, "--data="+first.data)
	acked = append(acked, second.say("tea", "of the second"))
	first.checkStoresNothing(t)
	acked = append(acked, second.say("tea", "of the second, again"))
	first.terminate()
	acked = append(acked, second.say("tea", "alone"))
	second.kill()
	if got := readLog(t, first.data); len(got) != len(acked) {
		t.Errorf("the log has %+v, acknowledged were %+v", got, acked)
	} else {
		for i, ev := range acked {
			if got[i] != ev {
				t.Errorf("the log has %+v, acknowledged was %+v", got[i], ev)
			}
		}
	}
}
