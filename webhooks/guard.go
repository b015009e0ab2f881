package webhooks

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/idna"
)

const connectTimeout = 10 * time.Second

// Guard makes connections to the Internet, and to nothing else but what it was told to allow: a
// webhook must not be a way into the network that the server stands in. It looks at the address
// that is really connected to, after the name was resolved, since a name can be anybody's, and
// what it stands for can change from one moment to the next.
type Guard struct {
	nets     []netip.Prefix
	hosts    map[string]bool // as canonicalHost has them
	resolver *net.Resolver   // nil is the system's
}

// NewGuard returns a guard that allows networks, and hosts by the name that the address of a
// webhook has, wherever that leads.
func NewGuard(nets []netip.Prefix, hosts []string) *Guard {
	g := &Guard{nets: nets, hosts: make(map[string]bool)}
	for _, host := range hosts {
		g.hosts[canonicalHost(host)] = true
	}
	return g
}

// Forbidden is an address to which no webhook goes.
type Forbidden struct{ Addr netip.Addr }

func (e *Forbidden) Error() string {
	return fmt.Sprintf("webhooks: %s is not an address of the Internet", e.Addr)
}

// dial connects as net.Dialer does. What it must not connect to is a *Forbidden error.
func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: connectTimeout, Resolver: g.resolver}
	if !g.hosts[canonicalHost(host)] {
		dialer.Control = g.control
	}
	return dialer.DialContext(ctx, network, address)
}

// control is called with each address before it is connected to.
func (g *Guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !g.allows(to.Addr()) {
		return &Forbidden{to.Addr()}
	}
	return nil
}

// Check returns a *Forbidden error for a host that is an address to which no webhook goes. What
// a name stands for is only known when it is connected to.
func (g *Guard) Check(host string) error {
	addr, err := netip.ParseAddr(host)
	if err != nil || g.hosts[canonicalHost(host)] || g.allows(addr) {
		return nil
	}
	return &Forbidden{addr}
}

func (g *Guard) allows(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, net := range g.nets {
		if net.Contains(addr) {
			return true
		}
	}
	if inner, ok := embedded(addr); ok {
		return g.allows(inner)
	}
	return isPublic(addr)
}

// internet6 is what of IPv6 is routed in the Internet.
var internet6 = netip.MustParsePrefix("2000::/3")

// special are the networks that are no part of the Internet (the IANA's registries of special
// purpose addresses), and addresses at which clouds have something for their machines alone.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20",
	"168.63.129.16/32", // Azure
)

func prefixes(all ...string) (parsed []netip.Prefix) {
	for _, s := range all {
		parsed = append(parsed, netip.MustParsePrefix(s))
	}
	return parsed
}

// isPublic reports whether an address is one of the Internet.
func isPublic(addr netip.Addr) bool {
	if addr.Is6() && !internet6.Contains(addr) {
		return false
	}
	for _, prefix := range special {
		if prefix.Contains(addr) {
			return false
		}
	}
	return addr.IsValid()
}

var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	sixToFour = netip.MustParsePrefix("2002::/16")    // RFC 3056
)

// embedded returns the IPv4 address that packets to an IPv6 address get to in the end.
func embedded(addr netip.Addr) (netip.Addr, bool) {
	if !addr.Is6() {
		return netip.Addr{}, false
	}
	b := addr.As16()
	switch {
	case nat64.Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}

// canonicalHost is the one form of all that name the same host.
func canonicalHost(host string) string {
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil { // as net/http asks for it
		host = ascii
	}
	return strings.ToLower(host)
}
