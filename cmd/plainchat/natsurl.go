package main

import (
	"net/url"
	"slices"
	"strings"

	"plainchat/locale"
)

func (f *natsFlags) checkURLs() error { return checkNATS("--nats", f.NATS) }

// checkNATS reports by an error the first of a flag's addresses that is none. It is not told, since there may be
// a password in it: it is one with other characters than an address may have that makes most mistakes.
func checkNATS(flag string, addresses []string) error {
	for i, address := range addresses {
		if !isNATS(strings.TrimSpace(address)) {
			return locale.NewError("cli.nats_url", "flag", flag, "n", i+1)
		}
	}
	return nil
}

// isNATS reports whether an address is one of a NATS server; the scheme may be left out.
func isNATS(address string) bool {
	if !strings.Contains(address, "://") {
		address = "nats://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	return slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}
