package limits

import (
	"fmt"
	"strings"
	"testing"
)

func TestClient(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1":              "192.0.2.1/32",
		"::ffff:192.0.2.1":       "192.0.2.1/32",
		"2001:db8:1:2:3:4:5:6":   "2001:db8:1:2::/64 2001:db8:1::/56 2001:db8:1::/48",
		"2001:db8:1:2:ffff::1":   "2001:db8:1:2::/64 2001:db8:1::/56 2001:db8:1::/48",
		"2001:db8:1:1ff::1":      "2001:db8:1:1ff::/64 2001:db8:1:100::/56 2001:db8:1::/48",
		"fe80::1:2%eth0":         "fe80::/64 fe80::/56 fe80::/48",
		"@":                      "invalid Prefix", // of a Unix socket
		"":                       "invalid Prefix",
		"192.0.2.1, 203.0.113.7": "invalid Prefix",
	} {
		var keys []string
		for key := range ParseClient(addr).counted() {
			keys = append(keys, fmt.Sprint(key))
		}
		if got := strings.Join(keys, " "); got != want {
			t.Errorf("%s is counted by %s, want %s", addr, got, want)
		}
	}
	for range (Client{}).counted() {
		t.Error("nobody is counted")
	}
}
