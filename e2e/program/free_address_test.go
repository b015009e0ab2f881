//go:build torture || proxies

package program

import (
	"net"
	"testing"
)

// freeAddress is one of the loopback at which nothing listens now.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
