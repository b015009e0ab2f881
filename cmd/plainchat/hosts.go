package main

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// hosts returns the host names that requests may ask for, which are none but ours while
// only this machine can reach the server; an empty list stands for any.
func (c *serveCmd) hosts(addr net.Addr) []string {
	tcp, ok := addr.(*net.TCPAddr)
	if len(c.AllowedHosts) == 0 && (!ok || !tcp.IP.IsLoopback()) {
		return nil
	}
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if ok && !tcp.IP.IsUnspecified() {
		hosts = append(hosts, tcp.IP.String())
	}
	for _, name := range c.AllowedHosts {
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host // it is allowed at any port
		}
		hosts = append(hosts, asciiName(strings.Trim(name, "[]")))
	}
	if c.PublicURL != nil {
		hosts = append(hosts, c.PublicURL.Hostname())
	}
	return hosts
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
