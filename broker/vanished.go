package broker

import (
	"context"
	"crypto/tls"
	"net"
	"syscall"
)

type connKey struct{}

// ConnContext is for http.Server. It lets the broker reach the connection of a stream
// that is not its own, so that one whose peer has vanished is given up soon: within 30 s
// on Linux; elsewhere the system decides when.
//
// Only streams are treated so. Whoever asked for a page may take it as slowly as the
// server's limits allow.
func ConnContext(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// giveUpVanished has the connection of a request given up soon after its peer vanished.
func giveUpVanished(ctx context.Context) {
	conn, _ := ctx.Value(connKey{}).(net.Conn)
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if socket, ok := conn.(syscall.Conn); ok {
		limitSilence(socket)
	}
}
