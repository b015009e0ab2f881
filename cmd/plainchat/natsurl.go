package main

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"plainchat/locale"
)

var streamName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// check returns what is wrong with the flags.
func (f *natsFlags) check() error {
	if err := checkNATS("--nats", f.NATS); err != nil {
		return err
	}
	return f.natsChat.check()
}

func (f *natsChat) check() error {
	switch {
	case !streamName.MatchString(f.NATSStream):
		return locale.NewError("cli.nats_stream", "given", quoted(f.NATSStream))
	case !slices.Contains([]int{1, 3, 5}, f.NATSReplicas):
		return locale.NewError("cli.nats_replicas", "given", f.NATSReplicas)
	case (f.NATSCert == "") != (f.NATSKey == ""):
		return locale.NewError("cli.nats_pair")
	}
	for _, file := range []struct{ flag, path string }{
		{"--nats-creds", f.NATSCreds}, {"--nats-ca", f.NATSCA}, {"--nats-cert", f.NATSCert}, {"--nats-key", f.NATSKey},
	} {
		if file.path == "" {
			continue
		}
		if _, err := os.Stat(file.path); err != nil {
			return locale.NewError("cli.nats_file", "flag", file.flag, "cause", err)
		}
	}
	return nil
}

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
