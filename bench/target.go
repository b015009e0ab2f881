package bench

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plainchat/locale"
)

// dialTimeout bounds connecting, a TLS handshake included.
const dialTimeout = 10 * time.Second

// target is a server's address.
type target struct {
	url  *url.URL
	addr string      // host:port to dial
	tls  *tls.Config // nil for http
}

// parseTarget reads an address such as "http://127.0.0.1:5001" or
// "chat.example.org:5001". A path is kept, for servers behind a proxy.
func parseTarget(address string) (*target, error) {
	whole := address
	if !strings.Contains(address, "://") {
		whole = "http://" + address
	}
	u, err := url.Parse(whole)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		return nil, locale.NewError("cli.bench.address", "given", strconv.Quote(address))
	}
	u.Path = strings.TrimRight(u.Path, "/")
	t := &target{url: u}
	switch u.Scheme {
	case "http":
		t.addr = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "80"))
	case "https":
		t.addr = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "443"))
		t.tls = &tls.Config{ServerName: u.Hostname(), NextProtos: []string{"http/1.1"}}
	default:
		return nil, locale.NewError("cli.bench.scheme", "given", strconv.Quote(address))
	}
	return t, nil
}

// dial connects. The end of ctx closes the connection, which unblocks whoever
// reads or writes it.
func (t *target) dial(ctx context.Context) (net.Conn, error) {
	bounded, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(bounded, "tcp", t.addr)
	if err != nil {
		return nil, err
	}
	if t.tls != nil {
		secure := tls.Client(conn, t.tls)
		if err := secure.HandshakeContext(bounded); err != nil {
			conn.Close()
			return nil, err
		}
		conn = secure
	}
	return &boundConn{conn, context.AfterFunc(ctx, func() { conn.Close() })}, nil
}

// boundConn is a connection that a context may close. Close unties the two, so
// that a long run does not gather the connections it is done with.
type boundConn struct {
	net.Conn
	untie func() bool
}

func (c *boundConn) Close() error {
	c.untie()
	return c.Conn.Close()
}
