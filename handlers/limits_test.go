package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"plainchat/broker"
	"plainchat/internal/eventstream"
	"plainchat/store"
)

func TestTurnstile(t *testing.T) {
	gate := newTurnstile(3, 2)
	for i, step := range []struct {
		client string
		leaves bool
		want   error
	}{
		{"a", false, nil},
		{"a", false, nil},
		{"a", false, errClientStreams},
		{"b", false, nil},
		{"b", false, errStreams},
		{"a", false, errClientStreams}, // the nearer reason, which it can do something about
		{"a", true, nil},
		{"b", false, nil},
		{"c", false, errStreams},
		{"b", true, nil},
		{"b", true, nil},
		{"a", true, nil},
	} {
		if step.leaves {
			gate.leave(step.client)
		} else if err := gate.enter(step.client); err != step.want {
			t.Errorf("step %d, %s: %v, want %v", i, step.client, err, step.want)
		}
	}
	if gate.open != 0 || len(gate.clients) != 0 || gate.refused.Load() != 4 {
		t.Errorf("when all have left: %d open, %v, %d refused", gate.open, gate.clients, gate.refused.Load())
	}
}

func TestTurnstileWithoutLimits(t *testing.T) {
	gate := newTurnstile(0, 0)
	for range 1000 {
		if err := gate.enter("a"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClientKey(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1:5001":            "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::",
		"[2001:db8:1:2:ffff::1]:80": "2001:db8:1:2::",
		"[2001:db8:1:3::1]:80":      "2001:db8:1:3::",
		"[fe80::1:2%eth0]:80":       "fe80::",
		"[::ffff:192.0.2.1]:80":     "192.0.2.1",
		"@":                         "@", // of a unix socket
	} {
		if got := clientKey(&http.Request{RemoteAddr: addr}); got != want {
			t.Errorf("%s is %s, want %s", addr, got, want)
		}
	}
}

// limited is a server with limits, behind a proxy that it trusts.
type limited struct {
	*Server
	url string
	end func() // ends all streams
}

func newLimited(t *testing.T, most, mostOfClient int) limited {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := New(Options{
		Store: log, Broker: streams, Metrics: NewMetrics(), Logger: logger, MaxStreams: most, MaxStreamsPerClient: mostOfClient,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(chat)
	t.Cleanup(server.Close)
	end := sync.OnceFunc(streams.Close)
	t.Cleanup(end) // first, since the server waits for its streams
	return limited{chat, server.URL, end}
}

// ask sends a request in the name of a client. A stream is closed by the end of the
// context.
func (l limited) ask(ctx context.Context, t *testing.T, method, target, client string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, l.url+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", client)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// checkRefused holds an answer against what one too many gets.
func checkRefused(t *testing.T, res *http.Response, detail string) {
	t.Helper()
	var p problem
	err := json.NewDecoder(res.Body).Decode(&p)
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || err != nil || p.Code != "too_many_streams" || p.Detail != detail {
		t.Errorf("status %d, Retry-After %q, %+v, %v", res.StatusCode, res.Header.Get("Retry-After"), p, err)
	}
	if !res.Close {
		t.Error("the connection stays open, and with it a descriptor")
	}
}

// Each way to listen counts, by the client behind a proxy and by its /64; what only
// looks does not.
func TestStreamLimits(t *testing.T) {
	l := newLimited(t, 5, 3)
	ctx := t.Context()
	for i, target := range []string{"/events", "/rooms/tea/events", "/rooms/tea?follow"} {
		if res := l.ask(ctx, t, "GET", target, fmt.Sprintf("2001:db8::%d", i)); res.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", target, res.StatusCode)
		}
	}
	for _, target := range []string{"/events", "/rooms/tea?follow"} {
		checkRefused(t, l.ask(ctx, t, "GET", target, "2001:db8::9"), errClientStreams.Detail)
	}
	for _, request := range [][2]string{{"HEAD", "/events"}, {"HEAD", "/rooms/tea?follow"}, {"GET", "/rooms/tea"}, {"GET", "/messages"}} {
		if res := l.ask(ctx, t, request[0], request[1], "2001:db8::9"); res.StatusCode != http.StatusOK {
			t.Errorf("%s %s: status %d", request[0], request[1], res.StatusCode)
		}
	}
	l.ask(ctx, t, "GET", "/events", "192.0.2.1")
	l.ask(ctx, t, "GET", "/events", "2001:db8:0:1::1")
	checkRefused(t, l.ask(ctx, t, "GET", "/events", "192.0.2.2"), errStreams.Detail)
	l.streams.mu.Lock()
	open := l.streams.open
	l.streams.mu.Unlock()
	if refused := l.streams.refused.Load(); open != 5 || refused != 3 {
		t.Errorf("%d streams are open and %d were refused", open, refused)
	}
}

// A place is free again when its stream has ended, or did not open.
func TestStreamGivesItsPlaceBack(t *testing.T) {
	l := newLimited(t, 1, 0)
	bounded, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 20 {
		ctx, hangUp := context.WithCancel(bounded)
		res := l.ask(ctx, t, "GET", "/events?user_name=Mina", "192.0.2.1")
		for res.StatusCode == http.StatusServiceUnavailable { // that the last one hung up has yet to be noticed
			res.Body.Close()
			res = l.ask(ctx, t, "GET", "/events?user_name=Mina", "192.0.2.1")
		}
		if ev, err := eventstream.NewReader(res.Body).Next(); err != nil || ev.Type != "hello" {
			t.Fatalf("%+v, %v", ev, err)
		}
		hangUp()
	}
	l.end()
	if l.streams.open != 0 || len(l.streams.clients) != 0 {
		t.Errorf("%d streams are counted where there are none: %v", l.streams.open, l.streams.clients)
	}
	res := l.ask(t.Context(), t, "GET", "/events", "192.0.2.1")
	if res.StatusCode != http.StatusServiceUnavailable || l.streams.open != 0 {
		t.Errorf("of a closed broker: status %d, %d places taken", res.StatusCode, l.streams.open)
	}
}
