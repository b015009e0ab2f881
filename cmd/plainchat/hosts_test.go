package main

import (
	"fmt"
	"net"
	"net/url"
	"testing"
)

// TestCanonicalHost: a host is compared with what browsers put into Host and Origin.
func TestCanonicalHost(t *testing.T) {
	for address, want := range map[string]string{
		"https://Chat.Example.org":        "chat.example.org",
		"https://chat.example.org:443":    "chat.example.org",
		"https://chat.example.org:80":     "chat.example.org:80",
		"http://chat.example.org:80/":     "chat.example.org",
		"https://chat.example.org:":       "chat.example.org",
		"https://[2001:DB8::1]:443":       "[2001:db8::1]",
		"https://[2001:db8::1]:8443":      "[2001:db8::1]:8443",
		"http://under_score:5001":         "under_score:5001",
		"https://K\u00e4se.example":       "xn--kse-qla.example",
		"https://ka\u0308se.example:8443": "xn--kse-qla.example:8443",
		"https://\ucc44\ud305.example":    "xn--ou6bo7j.example",
		"https://xn--kse-qla.example":     "xn--kse-qla.example",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := canonicalHost(u); got != want {
			t.Errorf("%s is at %s, want %s", address, got, want)
		}
	}
}

// TestHosts: which names are answered depends on who can reach the server, and on the
// flags.
func TestHosts(t *testing.T) {
	loopback, all := net.IPv4(127, 0, 0, 1), net.IPv4zero
	public, err := url.Parse("https://chat.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ip      net.IP
		allowed []string
		want    string
	}{
		{all, nil, "[]"},
		{loopback, nil, "[localhost 127.0.0.1 ::1 127.0.0.1 chat.example.org]"},
		{all, []string{"Chat.lan", "chat:5001", "K\u00e4se.example", "[fd00::1]:5001", "fd00::2"},
			"[localhost 127.0.0.1 ::1 chat.lan chat xn--kse-qla.example fd00::1 fd00::2 chat.example.org]"},
	} {
		c := &serveCmd{PublicURL: public, AllowedHosts: test.allowed}
		if got := fmt.Sprint(c.hosts(&net.TCPAddr{IP: test.ip, Port: 5001})); got != test.want {
			t.Errorf("on %s with %q: %s, want %s", test.ip, test.allowed, got, test.want)
		}
	}
}
