package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/broker"
	"plainchat/internal/eventstream"
	"plainchat/internal/limits"
	"plainchat/locale"
	"plainchat/store"
)

// A stream that is one too many, or listens to one room too many, is refused; what was
// counted in is counted out.
func TestStreamLimiter(t *testing.T) {
	l := newStreamLimiter(30, 20)
	a, b := limits.ParseClient("192.0.2.1"), limits.ParseClient("192.0.2.2")
	for i, step := range []struct {
		client         limits.Client
		streams, rooms int // of each; negative leave
		want           error
	}{
		{a, 20, 1, nil},
		{a, 1, 1, errClientStreams},
		{a, -16, 1, nil},
		{a, 4, 16, nil},
		{a, 1, 13, errClientRooms},
		{a, 1, 12, nil},
		{b, 2, 16, nil},
		{b, 1, 9, errRooms},
		{b, 8, 1, nil},
		{b, 1, 1, errRooms},
		{b, -8, 1, nil},
		{b, -2, 16, nil},
		{b, 20, 1, nil},
		{a, 1, 1, errClientRooms},
		{a, -1, 12, nil},
		{a, 2, 1, nil},
		{a, 1, 1, errStreams},
		{a, -4, 16, nil},
		{a, -6, 1, nil},
		{b, -20, 1, nil},
	} {
		var err error
		for n := step.streams; n > 0 && err == nil; n-- {
			err = l.enter(t.Context(), step.client, step.rooms)
		}
		for n := step.streams; n < 0; n++ {
			l.leave(step.client, step.rooms)
		}
		if err != step.want {
			t.Errorf("step %d: %v, want %v", i, err, step.want)
		}
	}
	if l.streams.Held() != 0 || l.rooms.Held() != 0 || l.refused.Load() != 6 {
		t.Errorf("when all have left: %d streams of %d rooms, %d refused", l.streams.Held(), l.rooms.Held(), l.refused.Load())
	}
}

// However few streams there may be, one may listen to as many rooms as a stream can.
func TestStreamOfManyRooms(t *testing.T) {
	if err := newStreamLimiter(1, 1).enter(t.Context(), limits.Client{}, maxStreamRooms); err != nil {
		t.Error(err)
	}
}

func TestStreamLimiterWithoutLimits(t *testing.T) {
	l := newStreamLimiter(0, 0)
	for range 1000 {
		if err := l.enter(t.Context(), limits.ParseClient("192.0.2.1"), maxStreamRooms); err != nil {
			t.Fatal(err)
		}
	}
}

// All streams that a client may have come back at once; who goes on opening them
// waits for each, until it hangs up.
func TestStreamsOpenedTooFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, client := newStreamLimiter(0, 500), limits.ParseClient("192.0.2.1")
		start := time.Now()
		for range 500 + 50 {
			if err := l.enter(t.Context(), client, 1); err != nil {
				t.Fatal(err)
			}
			l.leave(client, 1)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("500 streams and 50 took %v, want 1s", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := l.enter(ctx, client, 1); !errors.Is(err, context.Canceled) || l.streams.Held() != 0 {
			t.Errorf("who hung up: %v, %d places taken", err, l.streams.Held())
		}
	})
}

// Who waits for its turn when the server ends is told so at once.
func TestEndWhileAStreamWaits(t *testing.T) {
	s := newUnlistened(t, 0)
	s.streams = newStreamLimiter(0, 1)
	for range openingAtLeast {
		if wait := s.streams.opening.Take(limits.ParseClient("192.0.2.1"), 1); wait > 0 {
			t.Fatalf("a stream has to wait %v", wait)
		}
	}
	s.end()
	r := httptest.NewRequest(http.MethodGet, "/events", nil)
	r.RemoteAddr = "192.0.2.1:80"
	answer := httptest.NewRecorder()
	if err := s.enter(answer, r, 1); err != errDraining {
		t.Errorf("%v, want %v", err, errDraining)
	}
	if open := s.streams.streams.Held(); open != 0 {
		t.Errorf("%d places are taken", open)
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
		Store: log, Service: StartService(t, log), Broker: streams, Metrics: NewMetrics(), Logger: logger, MaxStreams: most, MaxStreamsPerClient: mostOfClient,
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
func checkRefused(t *testing.T, res *http.Response, want *problem) {
	t.Helper()
	var p problem
	err := json.NewDecoder(res.Body).Decode(&p)
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || err != nil || p.Code != "too_many_streams" || p.Detail != want.in(locale.English).Detail {
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
		checkRefused(t, l.ask(ctx, t, "GET", target, "2001:db8::9"), errClientStreams)
	}
	for _, request := range [][2]string{{"HEAD", "/events"}, {"HEAD", "/rooms/tea?follow"}, {"GET", "/rooms/tea"}, {"GET", "/messages"}} {
		if res := l.ask(ctx, t, request[0], request[1], "2001:db8::9"); res.StatusCode != http.StatusOK {
			t.Errorf("%s %s: status %d", request[0], request[1], res.StatusCode)
		}
	}
	l.ask(ctx, t, "GET", "/events", "192.0.2.1")
	l.ask(ctx, t, "GET", "/events", "2001:db8:0:1::1")
	checkRefused(t, l.ask(ctx, t, "GET", "/events", "192.0.2.2"), errStreams)
	open := l.streams.streams.Held()
	if refused := l.streams.refused.Load(); open != 5 || refused != 3 {
		t.Errorf("%d streams are open and %d were refused", open, refused)
	}
}

// A stream counts by its rooms as well.
func TestStreamLimitsOfRooms(t *testing.T) {
	l := newLimited(t, 0, maxStreamRooms/roomsPerStream+1)
	var query strings.Builder
	for n := range maxStreamRooms {
		fmt.Fprintf(&query, "&room=r%d", n)
	}
	for _, step := range []struct {
		target string
		refuse bool
	}{
		{"/events?" + query.String()[1:], false},
		{"/events?room=a&room=b&room=c&room=d&room=e", true},
		{"/events?room=a&room=b&room=c&room=d", false},
		{"/rooms/tea?follow", true},
	} {
		res := l.ask(t.Context(), t, "GET", step.target, "192.0.2.1")
		if step.refuse {
			checkRefused(t, res, errClientRooms)
		} else if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", step.target, res.StatusCode)
		}
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
	if open, rooms := l.streams.streams.Held(), l.streams.rooms.Held(); open != 0 || rooms != 0 {
		t.Errorf("%d streams of %d rooms are counted where there are none", open, rooms)
	}
	res := l.ask(t.Context(), t, "GET", "/events", "192.0.2.1")
	if open := l.streams.streams.Held(); res.StatusCode != http.StatusServiceUnavailable || open != 0 {
		t.Errorf("of a closed broker: status %d, %d places taken", res.StatusCode, open)
	}
}
