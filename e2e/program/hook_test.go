package program

import (
	"net/http"
	"strings"
	"testing"
)

// hookFor makes a hook of the running server, and returns its address and the secret in it.
func (s *server) hookFor(name, room string) (address, secret string) {
	s.t.Helper()
	address = strings.TrimSpace(operator{s}.run(0, "hook", "create", "--name="+name, "--room="+room))
	_, secret, found := strings.Cut(address, "/hooks/")
	if !found || !strings.HasPrefix(secret, "plh_") || !strings.HasPrefix(address, s.url) {
		s.t.Fatalf("the address of a hook is %q", address)
	}
	return address, secret
}

// A hook writes in its room, and nothing else, until it is revoked.
func TestHook(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	address, secret := s.hookFor("wash", "home")
	target := strings.TrimPrefix(address, s.url)
	s.expect(201, http.MethodPost, target, nil, "the wash is done")
	s.expect(405, http.MethodGet, target, nil, "")
	s.expect(403, http.MethodGet, "/rooms/home/messages", http.Header{"Authorization": {"Bearer " + secret}}, "")
	if got := s.texts("home"); len(got) != 1 || got[0] != "wash: the wash is done" {
		t.Errorf("the room has %q", got)
	}
	id := strings.Fields(operator{s}.run(0, "hook", "list"))[0]
	operator{s}.run(0, "hook", "revoke", id)
	s.expect(404, http.MethodPost, target, nil, "the wash is done")
}
