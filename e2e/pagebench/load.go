package main

import (
	"context"
	"strings"
	"time"

	"plainchat/e2e/internal/gauge"
)

// What is called a slow network: 3G as it is on the way.
const (
	slowRTT  = 150 * time.Millisecond
	slowRate = 1.6e6 / 8 // bytes a second
	slowdown = 4         // of the processor
)

// shown is how many messages the room has that is loaded.
const shown = 50

// loaded is the room that is loaded; reading changes nothing in it.
const loaded = "load"

// fillLoaded writes the messages that a page shows first, once.
func (l *lab) fillLoaded(ctx context.Context) error {
	if l.round > 0 {
		return nil
	}
	return l.server.postMany(ctx, loaded, "load", shown)
}

// firstLoad counts what goes over the wire until the page is connected.
func firstLoad(ctx context.Context, l *lab) (values, error) {
	if err := l.fillLoaded(ctx); err != nil {
		return nil, err
	}
	front, err := gauge.Start(l.server.url)
	if err != nil {
		return nil, err
	}
	defer front.Close()
	t, err := openTab(ctx, front.URL+"/rooms/"+loaded, 1)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.await(`document.readyState === "complete"`); err != nil {
		return nil, err
	}
	return values{"bytes": float64(front.Bytes()), "requests": float64(len(front.Requests()))}, nil
}

// slowLoad times the same on a slow network and processor.
func slowLoad(ctx context.Context, l *lab) (values, error) {
	network, err := newLink(strings.TrimPrefix(l.server.url, "http://"), slowRTT/2, slowRate)
	if err != nil {
		return nil, err
	}
	defer network.close()
	t, err := openTab(ctx, "http://"+network.address()+"/rooms/"+loaded, slowdown)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.await(`document.readyState === "complete" && bench.lcp > 0`); err != nil {
		return nil, err
	}
	lcp, err := eval[float64](t, `bench.lcp`)
	if err != nil {
		return nil, err
	}
	connected, err := eval[float64](t, `bench.connected`)
	return values{"lcp": lcp, "connected": connected}, err
}
