package program

import (
	"net/http"
	"regexp"
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

// A port of its own takes one dialect, at any address, and counts with the server: it ends with it.
func TestHookCompat(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--compat=gotify=127.0.0.1:0")
	_, secret := s.hookFor("wash", "home")
	listening := regexp.MustCompile(`msg="listening in a dialect" dialect=gotify address=(\S+)`)
	address := "http://" + listening.FindStringSubmatch(s.stderr.await(t, listening.MatchString))[1]
	for target, status := range map[string]int{"/message?token=" + secret: 200, "/message?token=x": 401, "/messages": 401} {
		answer, err := s.client.Post(address+target, "application/json", strings.NewReader(`{"message":"the wash is done"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != status {
			t.Errorf("%s: %d, want %d", target, answer.StatusCode, status)
		}
	}
	if got := s.texts("home"); len(got) != 1 || got[0] != "wash: the wash is done" {
		t.Errorf("the room has %q", got)
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if answer, err := s.client.Post(address, "application/json", nil); err == nil {
		t.Errorf("once the server has ended, its port answers %s", answer.Status)
		answer.Body.Close()
	}
}
