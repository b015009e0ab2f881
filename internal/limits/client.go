// Package limits bounds what each client may use: how much at the same time (Shares) and
// how fast (Rates).
package limits

import (
	"iter"
	"net/netip"
)

// tiers are the networks that an IPv6 client is counted by, and how many times the
// allowance of a client each has: a home has one /64 at least, often all of a /56, and
// whoever rents a server a /48.
var tiers = [...]struct{ bits, factor int }{{64, 1}, {56, 4}, {48, 16}}

// Client is whom limits count: an IPv4 address, or the /64, the /56 and the /48 of an
// IPv6 address. The zero Client is nobody: it counts only in all.
type Client struct {
	keys [len(tiers)]netip.Prefix
	n    int // how many of the keys there are
}

// ClientAt returns the client at an address. All that have none, as on a Unix socket,
// are one client.
func ClientAt(addr netip.Addr) Client {
	addr = addr.Unmap().WithZone("") // the zone is which of our networks it is in
	var c Client
	if !addr.Is6() {
		c.n = 1
		c.keys[0], _ = addr.Prefix(addr.BitLen()) // an invalid address has the zero prefix
		return c
	}
	c.n = len(tiers)
	for i, tier := range tiers {
		c.keys[i], _ = addr.Prefix(tier.bits) // every IPv6 address has so many bits
	}
	return c
}

// Network returns the largest network that counts as the client.
func (c Client) Network() netip.Prefix { return c.keys[max(c.n-1, 0)] }

// ParseClient is ClientAt for an address as text.
func ParseClient(addr string) Client {
	parsed, _ := netip.ParseAddr(addr) // the zero address if it is none
	return ClientAt(parsed)
}

// counted yields what the client is counted by, with the factor of each.
func (c Client) counted() iter.Seq2[netip.Prefix, int] {
	return func(yield func(netip.Prefix, int) bool) {
		for i, key := range c.keys[:c.n] {
			if !yield(key, tiers[i].factor) {
				return
			}
		}
	}
}
