package main

import (
	"net/netip"
	"regexp"
	"strings"

	"plainchat/locale"
	"plainchat/webhooks"
)

// hookFlags say where webhooks may go.
type hookFlags struct {
	HooksAllow []receiver `placeholder:"NET|HOST"`
}

// receiver is where webhooks may go though it is no part of the Internet: a network, an address
// or a host.
type receiver struct {
	net  netip.Prefix
	host string // empty if it is a network
}

// plainHost is a name without a port or anything else of an address.
var plainHost = regexp.MustCompile(`^[\pL\pM\pN._-]+$`)

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *receiver) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	var n network
	switch {
	case n.UnmarshalText([]byte(s)) == nil:
		*r = receiver{net: netip.Prefix(n)}
	case plainHost.MatchString(s):
		*r = receiver{host: s}
	default:
		return locale.NewError("cli.not_receiver", "given", quoted(text))
	}
	return nil
}

// guard lets webhooks go to the Internet, and where the flag says.
func (c hookFlags) guard() *webhooks.Guard {
	var nets []netip.Prefix
	var hosts []string
	for _, r := range c.HooksAllow {
		if r.host != "" {
			hosts = append(hosts, r.host)
		} else {
			nets = append(nets, r.net)
		}
	}
	return webhooks.NewGuard(nets, hosts)
}
