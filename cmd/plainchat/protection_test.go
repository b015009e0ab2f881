package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestMethodNotAllowed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for request, allow := range map[string][]string{
		"PUT /messages":               {"GET", "HEAD", "POST"},
		"OPTIONS /rooms/tea/messages": {"GET", "HEAD", "POST"},
		"DELETE /rooms/tea":           {"GET", "HEAD"},
		"POST /events":                {"GET", "HEAD"},
		"POST /":                      {"GET", "HEAD"},
		"PATCH /metrics":              {"GET", "HEAD"},
		"PUT /rooms/tea%2Fmessages":   {"GET", "HEAD"}, // one name, though not a valid one
		"PUT /rooms/%2F/messages":     {"GET", "HEAD", "POST"},
	} {
		method, target, _ := strings.Cut(request, " ")
		res, body, err := s.do(bounded(t), method, target, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Values("Allow"); res.StatusCode != http.StatusMethodNotAllowed || !slices.Equal(got, allow) || !strings.Contains(body, `"method_not_allowed"`) {
			t.Errorf("%s: status %d, Allow %q, %s", request, res.StatusCode, got, body)
		}
	}
}

// TestHostHeaders: every name of loopback is this server's, with any port.
func TestHostHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.kill() // started anew, it is found where it was, whatever it says
	s.args = append(s.args, "--public-url=https://Chat.Example.org:443")
	s.start()
	for host, status := range map[string]int{
		"localhost": 200, "LocalHost:5001": 200, "127.0.0.1": 200, "[::1]:80": 200, "[::1]": 200,
		"chat.example.org": 200, "Chat.Example.Org:443": 200,
		"example.org": 421, "localhost.evil.example": 421, "127.0.0.2": 421, "chat.example.org.evil.example": 421, "localhost@evil.example": 421,
	} {
		res, _ := s.get("/readyz", header("Host", host))
		if res.StatusCode != status {
			t.Errorf("Host: %s: status %d, want %d", host, res.StatusCode, status)
		}
	}
}

// TestSecurityHeaders: they are on everything, refusals too.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	want := map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
	for _, target := range []string{"/", "/rooms/tea", "/messages", "/metrics", "/nothing", "/rooms/a.b", "/favicon.ico"} {
		for _, accept := range []string{"*/*", "text/html"} {
			res, _ := s.get(target, header("Accept", accept))
			got := make(map[string]string)
			for name := range want {
				got[name] = res.Header.Get(name)
			}
			policy := res.Header.Get("Content-Security-Policy")
			if !maps.Equal(got, want) || !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: %v, %s", target, got, policy)
			}
		}
	}
	if got := fmt.Sprint(s.open("").header["X-Content-Type-Options"]); got != "[nosniff]" {
		t.Errorf("a stream has %s", got)
	}
}
