package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestLinkIsCutAndMended(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 1e6))
	}))
	t.Cleanup(server.Close)
	l, err := newLink(server.Listener.Addr().String(), time.Millisecond, 1e9)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	get := func() (int, error) {
		resp, err := http.Get("http://" + l.address())
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return len(body), err
	}
	if n, err := get(); n != 1e6 || err != nil {
		t.Errorf("through the link: %d bytes, %v", n, err)
	}
	l.cut()
	if n, err := get(); err == nil {
		t.Errorf("through a link that is cut: %d bytes", n)
	}
	l.mend()
	before := time.Now()
	if n, err := get(); n != 1e6 || err != nil {
		t.Errorf("through the mended link: %d bytes, %v", n, err)
	}
	if at := <-l.first; at.Before(before) {
		t.Error("the first connection is one of before the cut")
	}
}

// All connections share the rate.
func TestBottleneck(t *testing.T) {
	b := &bottleneck{rate: 1000}
	start := time.Unix(1000, 0)
	for _, c := range []struct {
		at   time.Duration
		size int
		want time.Duration
	}{
		{0, 500, 500 * time.Millisecond},
		{0, 500, time.Second},
		{900 * time.Millisecond, 100, 1100 * time.Millisecond},
		{2 * time.Second, 100, 2100 * time.Millisecond},
	} {
		if got := b.send(start.Add(c.at), c.size).Sub(start); got != c.want {
			t.Errorf("%d bytes at %v are through at %v, want %v", c.size, c.at, got, c.want)
		}
	}
	if got := (&bottleneck{}).send(start, 1e9); got != start {
		t.Errorf("without a limit, bytes are through %v later", got.Sub(start))
	}
}
