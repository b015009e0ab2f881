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
// IPv6 address. The zero Client is nobody: it counts only in all. It is small, since every
// connection and every stream has one.
type Client struct {
	addr     netip.Addr // without a zone; invalid where there is none
	somebody bool
}

// ClientAt returns the client at an address. All that have none, as on a Unix socket,
// are one client.
func ClientAt(addr netip.Addr) Client {
	return Client{addr: addr.Unmap().WithZone(""), somebody: true} // the zone is which of our networks it is in
}

// Network returns the largest network that counts as the client.
func (c Client) Network() (largest netip.Prefix) {
	for key := range c.counted() {
		largest = key
	}
	return largest
}

// ParseClient is ClientAt for an address as text.
func ParseClient(addr string) Client {
	parsed, _ := netip.ParseAddr(addr) // the zero address if it is none
	return ClientAt(parsed)
}

// counted yields what the client is counted by, the largest network last, with the factor of each.
func (c Client) counted() iter.Seq2[netip.Prefix, int] {
	return func(yield func(netip.Prefix, int) bool) {
		switch {
		case !c.somebody:
		case !c.addr.Is6():
			key, _ := c.addr.Prefix(c.addr.BitLen()) // an invalid address has the zero prefix
			yield(key, 1)
		default:
			for _, tier := range tiers {
				key, _ := c.addr.Prefix(tier.bits) // every IPv6 address has so many bits
				if !yield(key, tier.factor) {
					return
				}
			}
		}
	}
}
