package program

import (
	"testing"
)

// TestPagesOfAllowedHosts: behind a proxy that does not pass on the host, a page by each
// name of the server may send; one of another site, or of none, may not.
func TestPagesOfAllowedHosts(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--allowed-hosts=chat.lan,192.168.1.2:8080")
	for origin, status := range map[string]int{
		"http://chat.lan": 201, "https://chat.lan": 201, "http://192.168.1.2:8080": 201,
		"http://chat.lan:3000": 403, "http://192.168.1.2": 403, "http://evil.example": 403, "null": 403, "http://localhost": 403,
		"http://chat.lan.evil.example": 403, "http://nas.local": 403, "http://chat.lan@evil.example": 403,
	} {
		if res, body := s.post("/messages", header("Origin", origin), "hello"); res.StatusCode != status {
			t.Errorf("a page of %s: status %d, want %d: %s", origin, res.StatusCode, status, body)
		}
	}
}
