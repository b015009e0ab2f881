package e2e

import (
	"fmt"
	"strings"
	"testing"

	"plainchat/e2e/internal/gauge"
)

// A first visit of a room, until its stream is open, takes what phones on a slow network can bear.
func TestFirstLoadIsSmall(t *testing.T) {
	t.Parallel()
	const mostBytes, mostRequests = 60 << 10, 14
	for _, name := range []string{"", "Ann"} {
		s := startServer(t)
		for i := range 50 {
			s.Post("lobby", "Bob", fmt.Sprintf("An ordinary message of an ordinary length, number %d.", i))
		}
		g, err := gauge.Start(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(g.Close)
		p := openPage(t, g.URL, name)
		p.await(`document.readyState === "complete"`)
		requests, bytes := g.Requests(), g.Bytes()
		if len(requests) > mostRequests || len(requests) == 0 {
			t.Errorf("the first load of %q takes %d requests, want at most %d:\n%s", name, len(requests), mostRequests, strings.Join(requests, "\n"))
		}
		if bytes > mostBytes || bytes == 0 {
			t.Errorf("the first load of %q takes %d bytes on the wire, want at most 60 KiB", name, bytes)
		}
		t.Logf("%q: %d bytes, %d requests", name, bytes, len(requests))
	}
}
