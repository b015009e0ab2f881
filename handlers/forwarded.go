package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientIP puts the address of the client behind trusted proxies in the place of the
// connection's, for clientAddr.
func (s *Server) clientIP(next http.Handler) http.Handler {
	if len(s.TrustedProxies) == 0 {
		return next
	}
	trusts := func(addr netip.Addr) bool {
		return slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, ok := parseForwarded(r.RemoteAddr); ok && trusts(peer) {
			if client := forwardedClient(r.Header.Values("X-Forwarded-For"), trusts); client.IsValid() {
				r.RemoteAddr = client.String() // every request has its own
			}
		}
		next.ServeHTTP(w, r)
	})
}

// clientAddr returns the client's address: the connection's, or what a trusted proxy
// says it is.
func clientAddr(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// forwardedClient returns the client that X-Forwarded-For tells of: the rightmost address
// that is no trusted proxy's. Each proxy adds the address that it was reached from on the
// right, so what is left of that one is whatever the client has sent. Where there is none,
// or something that cannot be read comes first, which nobody vouches for, it is the
// rightmost address: who reached the proxy next to us. The zero address stands for none.
func forwardedClient(fields []string, trusts func(netip.Addr) bool) netip.Addr {
	var nearest netip.Addr
	for _, field := range slices.Backward(fields) {
		for more := true; more; {
			var element string
			field, element, more = cutLast(field)
			if element == "" {
				continue // lists may have empty elements (RFC 9110, section 5.6.1.2)
			}
			addr, ok := parseForwarded(element)
			switch {
			case !ok:
				return nearest
			case !trusts(addr):
				return addr
			case !nearest.IsValid():
				nearest = addr
			}
		}
	}
	return nearest
}

// cutLast takes the last element off a list.
func cutLast(list string) (rest, last string, more bool) {
	comma := strings.LastIndexByte(list, ',')
	return list[:max(comma, 0)], strings.Trim(list[comma+1:], " \t"), comma >= 0
}

// parseForwarded reads an address as proxies write it: with a port or without, an IPv6
// address with brackets or without, all of it perhaps in quotes. A zone says only which
// network of the proxy's it is in, and an IPv4 address within an IPv6 one is the former.
func parseForwarded(s string) (netip.Addr, bool) {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	addr, err := netip.ParseAddr(s)
	if err != nil && len(s) > 1 && s[0] == '[' && s[len(s)-1] == ']' {
		addr, err = netip.ParseAddr(s[1 : len(s)-1])
	}
	if err != nil {
		var withPort netip.AddrPort
		withPort, err = netip.ParseAddrPort(s)
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone(""), err == nil
}
