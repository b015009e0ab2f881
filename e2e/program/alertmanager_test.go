package program

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The groups are told of as fast as Alertmanager can.
const alertConfig = `
route: {receiver: room, group_by: [alertname], group_wait: 0s, group_interval: 100ms, repeat_interval: 1h}
receivers:
- name: room
  webhook_configs: [{url: %q}]
`

// alertmanager runs the real Alertmanager with its webhook at an address, and returns its own.
func alertmanager(t *testing.T, webhook string) (address string) {
	t.Helper()
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		program = filepath.Join("..", "..", "bin", "prometheus-alertmanager")
		if _, err := os.Stat(program); err != nil {
			t.Skip("left out: there is no Alertmanager; make tools fetches it on Debian")
		}
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(config, fmt.Appendf(nil, alertConfig, webhook), 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, exec.Command(program, "--config.file="+config, "--storage.path="+dir, "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="))
	listening := regexp.MustCompile(`Listening on" address=(\S+)`)
	said := p.stderr.await(t, listening.MatchString)
	return "http://" + listening.FindStringSubmatch(said)[1]
}

// alert tells Alertmanager of an alert of a disk, which fires until an end.
func alert(t *testing.T, address, instance string, end time.Time) {
	t.Helper()
	body := fmt.Sprintf(`[{"labels":{"alertname":"DiskFull","instance":%q},"annotations":{"summary":"no room"},"endsAt":%q}]`, instance, end.UTC().Format(time.RFC3339Nano))
	answer, err := http.Post(address+"/api/v2/alerts", "application/json", bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("Alertmanager answers %s", answer.Status)
	}
}

// What Alertmanager tells of a group is one message, which says that it fires, with all that does, and then that
// it is resolved. When it fires again, that is another one.
func TestAlertmanager(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address, _ := s.hookFor("alertmanager", "ops")
	manager := alertmanager(t, address)
	later := time.Now().Add(time.Hour)
	alert(t, manager, "db1", later)
	s.awaitLast("ops", 1, "`instance=db1`", `"status":{"state":"firing"}`)
	alert(t, manager, "db2", later)
	s.awaitLast("ops", 1, "(2/2)", `"status":{"state":"firing"}`)
	alert(t, manager, "db1", time.Now())
	alert(t, manager, "db2", time.Now())
	s.awaitLast("ops", 1, "🟢 **DiskFull**", `"status":{"state":"resolved"}`)
	alert(t, manager, "db1", later)
	s.awaitLast("ops", 2, "🔴 **DiskFull**", `"status":{"state":"firing"}`)
}

// awaitLast waits until the last of n messages of a room has these parts.
func (s *server) awaitLast(room string, n int, parts ...string) {
	s.t.Helper()
	ctx := bounded(s.t)
	for {
		_, body := s.get("/rooms/"+room+"/messages", nil)
		last := body[max(0, strings.LastIndex(body, `{"id"`)):]
		missing := 0
		for _, part := range parts {
			if !strings.Contains(last, part) {
				missing++
			}
		}
		if missing == 0 && strings.Count(body, `"user_name":`) == n {
			return
		}
		select {
		case <-ctx.Done():
			s.t.Fatalf("the room has %s, want %d messages, the last one with %q", body, n, parts)
		case <-time.After(20 * time.Millisecond): // another program has to get on
		}
	}
}
