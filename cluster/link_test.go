package cluster

import (
	"testing"
)

// A request is given up with the connection that it went by, and not before; the next one has the
// next connection.
func TestLinkRequest(t *testing.T) {
	var l link
	l.broken()
	l.restored()
	ctx, cancel := l.request(t.Context())
	defer cancel()
	if ctx.Err() != nil {
		t.Error("the request is given up while there is a connection")
	}
	l.broken()
	<-ctx.Done()
	l.restored()
	next, cancel := l.request(t.Context())
	defer cancel()
	if next.Err() != nil {
		t.Error("the next request is given up while there is a connection")
	}
}
