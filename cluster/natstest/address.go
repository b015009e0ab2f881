package natstest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Ports that systems do not give to connections which go out: one of those might be taken by such a
// connection while a server that is to come back is away.
const (
	firstPort = 10_000
	ports     = 22_000
)

// FreeAddresses returns addresses of the loopback interface on which nobody listens.
func FreeAddresses(t testing.TB, n int) (addresses []string) {
	t.Helper()
	for len(addresses) < n {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", firstPort+rand.IntN(ports)))
		if err != nil {
			continue // somebody does
		}
		defer l.Close()
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}
