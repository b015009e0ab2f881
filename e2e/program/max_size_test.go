package program

import (
	"net/http"
	"strings"
	"testing"
)

// TestMaxSize: beyond --max-size messages are refused so that their senders know why, and
// all else goes on.
func TestMaxSize(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--max-size=200KB")
	listener := s.open("room=tea")
	post := func() (*http.Response, string) {
		return s.post("/rooms/tea/messages", header("Content-Type", "text/plain", "User-Name", "Mina"), strings.Repeat("x", 2000))
	}
	stored := 0
	res, body := post()
	for ; res.StatusCode == http.StatusCreated; res, body = post() {
		stored++
	}
	if res.StatusCode != http.StatusInsufficientStorage || res.Header.Get("Retry-After") == "" || !strings.Contains(body, `"log_full"`) || !strings.Contains(body, "--max-size") {
		t.Errorf("a message: status %d, %s", res.StatusCode, body)
	}
	if stored < 50 {
		t.Errorf("%d messages were stored in 200 KB", stored)
	}
	for range stored {
		listener.message(t)
	}
	if got := s.texts("tea"); len(got) != min(stored, 1000) {
		t.Errorf("%d messages are read, %d were stored", len(got), stored)
	}
	if bytes := s.metrics()["plainchat_log_bytes"]; bytes > 200_000 || bytes < 100_000 {
		t.Errorf("the metric is %v", bytes)
	}
	for range 3 {
		post()
	}
	s.retire()
	if said := s.stderr.String(); strings.Count(said, "level=ERROR") != 1 {
		t.Errorf("it says %q", said)
	}
}
