package main

import (
	"errors"
	"testing"

	"plainchat/webhooks"
)

// --hooks-allow takes networks, addresses and hosts, and nothing with a port or a path.
func TestReceivers(t *testing.T) {
	for given, allowed := range map[string]string{
		"10.0.0.0/8": "10.1.2.3", "10.1.2.3": "10.1.2.3", "::1": "::1", "fd00::/8": "fd12::1", "::ffff:10.0.0.0/104": "10.1.2.3",
		"ci.lan": "ci.lan", "localhost": "localhost", "käse.example": "käse.example", " ci.lan ": "ci.lan",
	} {
		var flags hookFlags
		var r receiver
		if err := r.UnmarshalText([]byte(given)); err != nil {
			t.Errorf("%q: %v", given, err)
			continue
		}
		flags.HooksAllow = append(flags.HooksAllow, r)
		guard := flags.guard()
		if err := guard.Check(allowed); err != nil {
			t.Errorf("%q does not allow %s: %v", given, allowed, err)
		}
		if _, forbidden := errors.AsType[*webhooks.Forbidden](guard.Check("192.168.1.1")); !forbidden {
			t.Errorf("%q allows everything", given)
		}
	}
	for _, given := range []string{"", "10.0.0.0/33", "10.1.2.3:80", "[::1]", "http://ci.lan", "ci.lan/chat", "ann@ci.lan", "a b", "*"} {
		var r receiver
		if err := r.UnmarshalText([]byte(given)); err == nil {
			t.Errorf("%q is %+v", given, r)
		}
	}
}
