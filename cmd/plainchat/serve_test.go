package main

import (
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
