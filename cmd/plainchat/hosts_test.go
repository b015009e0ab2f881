package main

import (
	"net"
	"net/url"
	"os"
	"slices"
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
	loopback, all := net.IPv4(127, 0, 0, 1), net.IPv6unspecified
	named := []string{"Chat.lan", "chat:5001", "K\u00e4se.example", "[fd00::1]:5001", "fd00::2"}
	public, err := url.Parse("https://chat.example.org")
	if err != nil {
		t.Fatal(err)
	}
	always := []string{"localhost", "127.0.0.1", "::1", "chat.example.org"}
	addresses := []string{"192.168.1.2", "203.0.113.7", "fd00::1", "2001:db8::1", "fe80::1%eth0", ""}
	private := []string{"nas.local", "chat.lan", "a.b.internal", "chat.home.arpa", "chat.localhost", "machine", "machine.corp.example"}
	foreign := []string{"evil.example", "local", "evil.local.example", "notlocal", "chat.example.org.evil.example", "machine.example", "127.0.0.1.evil.example", "0x7f.1"}
	for _, test := range []struct {
		ip      net.IP
		allowed []string
		yes, no [][]string
	}{
		{loopback, nil, [][]string{always}, [][]string{addresses, private, foreign}},
		{loopback, named, [][]string{always, {"chat.lan", "chat", "xn--kse-qla.example", "fd00::1", "fd00::2"}}, [][]string{{"192.168.1.2", "nas.local"}, foreign}},
		{all, nil, [][]string{always, addresses, private}, [][]string{foreign}},
		{all, named, [][]string{always, addresses, {"chat.lan", "chat"}}, [][]string{{"nas.local", "machine"}, foreign}},
		{net.IPv4(192, 168, 1, 2), nil, [][]string{always, addresses, private}, [][]string{foreign}},
	} {
		c := &serveCmd{PublicURL: public, AllowedHosts: test.allowed}
		h := c.hosts(&net.TCPAddr{IP: test.ip, Port: 5001}, nil, func() []string { return []string{"machine", "machine.corp.example"} })
		for _, name := range slices.Concat(test.yes...) {
			if !h.allow(name) {
				t.Errorf("on %s with %q: %q is refused", test.ip, test.allowed, name)
			}
		}
		for _, name := range slices.Concat(test.no...) {
			if h.allow(name) {
				t.Errorf("on %s with %q: %q is allowed", test.ip, test.allowed, name)
			}
		}
	}
}

// TestOrigins: pages by the names that were given may send, and by those alone.
func TestOrigins(t *testing.T) {
	c := &serveCmd{
		PublicURL:    &url.URL{Scheme: "https", Host: "chat.example.org:8443"},
		AllowedHosts: []string{"Chat.lan", "k\u00e4se.example:8080", "192.168.1.2", "fd00::1", "[fd00::2]:443"},
	}
	want := []string{
		"https://chat.example.org:8443", "http://chat.lan", "https://chat.lan",
		"http://xn--kse-qla.example:8080", "https://xn--kse-qla.example:8080", "http://192.168.1.2", "https://192.168.1.2",
		"http://[fd00::1]", "https://[fd00::1]", "http://[fd00::2]:443", "https://[fd00::2]",
	}
	if got := c.origins(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMachineNames: the machine is called something, within the time of a start.
func TestMachineNames(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	if names := machineNames(); !slices.Contains(names, asciiName(name)) {
		t.Errorf("%q, without %s", names, name)
	}
}
