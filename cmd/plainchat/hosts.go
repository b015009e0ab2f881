package main

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// hosts are the host names that requests may ask for. A page whose own name is made to
// resolve to this server's address (DNS rebinding) would else count as the server's own,
// and read and write in the name of whoever opens it.
type hosts struct {
	names []string
	// addresses allows every IP address. A page that has an address for a host was loaded
	// from that address, so there is no name that could be made to point elsewhere.
	addresses bool
	// private allows what nobody can register: names that only the local network resolves.
	private bool
	// certificate allows the names that it is for. With another no browser gets as far as a
	// request.
	certificate *certificate
}

// privateDomains are those of local networks: of loopback (RFC 6761), multicast DNS (RFC
// 6762), home networks (RFC 8375), what ICANN keeps for private use, and what many routers
// use, which the public DNS does not have.
var privateDomains = []string{".localhost", ".local", ".home.arpa", ".internal", ".lan"}

// allow reports whether a host name, in lower case and without a port, is one of them.
func (h hosts) allow(name string) bool {
	if slices.Contains(h.names, name) {
		return true
	}
	if _, err := netip.ParseAddr(name); h.addresses && (err == nil || name == "") { // a health check without Host
		return true
	}
	if h.private && slices.ContainsFunc(privateDomains, func(domain string) bool { return strings.HasSuffix(name, domain) }) {
		return true
	}
	return h.private && h.certificate.isFor(name)
}

// hosts returns those that the flags and the address allow: on loopback none but
// loopback's; beyond it every address, and unless --allowed-hosts names others, the names
// of this machine and of local networks.
func (c *serveCmd) hosts(addr net.Addr, certificate *certificate, machine func() []string) hosts {
	h := hosts{names: []string{"localhost", "127.0.0.1", "::1"}, certificate: certificate}
	tcp, ok := addr.(*net.TCPAddr)
	if ok && !tcp.IP.IsUnspecified() {
		h.names = append(h.names, tcp.IP.String())
	}
	for _, name := range c.AllowedHosts {
		host, _ := splitPort(name) // it is allowed at any port
		h.names = append(h.names, host)
	}
	if c.PublicURL != nil {
		h.names = append(h.names, c.PublicURL.Hostname())
	}
	if ok && tcp.IP.IsLoopback() {
		return h
	}
	h.addresses = true
	if len(c.AllowedHosts) == 0 {
		h.private = true
		h.names = append(h.names, machine()...)
	}
	return h
}

// machineTimeout is how long the start waits for the system to tell its whole name.
const machineTimeout = time.Second

// machineNames returns what this machine is called: by itself, and with its domain. Its
// name in .local is allowed as one of a local network.
func machineNames() []string {
	name, err := os.Hostname()
	if err != nil {
		return nil
	}
	names := []string{asciiName(name)}
	ctx, cancel := context.WithTimeout(context.Background(), machineTimeout)
	defer cancel()
	if whole, err := net.DefaultResolver.LookupCNAME(ctx, name); err == nil {
		names = append(names, asciiName(strings.TrimSuffix(whole, ".")))
	}
	return names
}

// origins returns the origins of pages that may send, besides the server's own. Behind a
// proxy that does not pass on which host was asked for, pages by the names of
// --allowed-hosts look like those of other sites. A name stands for itself at the ports
// of HTTP and HTTPS, or at the port that is given with it. What hosts allows without being
// told is not among them: those are other people's machines too.
func (c *serveCmd) origins() []string {
	var origins []string
	if c.PublicURL != nil {
		origins = append(origins, c.PublicURL.Scheme+"://"+c.PublicURL.Host)
	}
	for _, name := range c.AllowedHosts {
		host, port := splitPort(name)
		for _, scheme := range []string{"http", "https"} {
			u := &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}
			origins = append(origins, scheme+"://"+canonicalHost(u))
		}
	}
	return origins
}

// splitPort takes a name of --allowed-hosts apart.
func splitPort(name string) (host, port string) {
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		host = name
	}
	return asciiName(strings.Trim(host, "[]")), port
}

// canonicalHost is a URL's host as browsers put it: in lower case, in the ASCII form of
// a name in another script, and without the port that goes without saying.
func canonicalHost(u *url.URL) string {
	host := asciiName(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	switch port := u.Port(); {
	case port == "", port == "443" && u.Scheme == "https", port == "80" && u.Scheme == "http":
		return host
	default:
		return host + ":" + port
	}
}

// asciiName is a host name as it is in a Host header, where only IPv6 addresses have brackets.
func asciiName(host string) string {
	host = strings.ToLower(host)
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}
