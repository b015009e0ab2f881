package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
)

// TestWire: what is posted is answered for, and is on the streams of its room, in
// order, with the bytes of plainchat.
func TestWire(t *testing.T) {
	for name, newPeer := range all() {
		if name == "nothing" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler(newPeer()))
			defer server.Close()
			defer server.CloseClientConnections()
			streams := []*bufio.Scanner{listen(t, server, "a"), listen(t, server, "b"), listen(t, server, "a")}
			first, second := post(t, server, "a", "one"), post(t, server, "a", "two")
			other := post(t, server, "b", "<three>")
			expect(t, streams[0], first, second)
			expect(t, streams[1], other)
			expect(t, streams[2], first, second)
		})
	}
}

func TestNothing(t *testing.T) {
	server := httptest.NewServer(handler(newNothing()))
	defer server.Close()
	if ev := post(t, server, "a", "one"); ev.Text() != "one" || ev.Room != "a" || ev.From.Name != "eve" {
		t.Errorf("answered with %+v", ev)
	}
}

func TestPostIsNoJSON(t *testing.T) {
	server := httptest.NewServer(handler(newHub()))
	defer server.Close()
	resp, err := http.Post(server.URL+"/rooms/a/messages", "application/json", strings.NewReader("one"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("got status %d", resp.StatusCode)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"hub"}, {"unheard-of", "127.0.0.1:0"}, {"hub", "127.0.0.1:0", "more"}} {
		if err := run(args); err == nil || !strings.Contains(err.Error(), "hijacked|hub|nothing|r3labs") {
			t.Errorf("%q: got %v", args, err)
		}
	}
	if err := run([]string{"hub", "127.0.0.1:no-port"}); err == nil {
		t.Error("listens where nobody can")
	}
}

// listen opens a stream, which is open once its header is there.
func listen(t *testing.T, server *httptest.Server, room string) *bufio.Scanner {
	t.Helper()
	resp, err := server.Client().Get(server.URL + "/rooms/" + room + "/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("got status %d and %q", resp.StatusCode, got)
	}
	return bufio.NewScanner(resp.Body)
}

func post(t *testing.T, server *httptest.Server, room, text string) chat.Event {
	t.Helper()
	body := strings.NewReader(`{"user_name":"eve","message":"` + text + `"}`)
	resp, err := server.Client().Post(server.URL+"/rooms/"+room+"/messages", "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var ev chat.Event
	if err := json.NewDecoder(resp.Body).Decode(&ev); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("got status %d, %v", resp.StatusCode, err)
	}
	return ev
}

// expect reads events off a stream and compares them line by line, in whatever
// order of the fields.
func expect(t *testing.T, stream *bufio.Scanner, events ...chat.Event) {
	t.Helper()
	for _, ev := range events {
		want := map[string]bool{}
		for line := range strings.Lines(strings.TrimSpace(string(frame(&ev)))) {
			want[strings.TrimSpace(line)] = true
		}
		for stream.Scan() && stream.Text() != "" {
			if !want[stream.Text()] {
				t.Errorf("line %q is none of %v", stream.Text(), want)
			}
			delete(want, stream.Text())
		}
		if len(want) > 0 || stream.Err() != nil {
			t.Errorf("lacks %v, %v", want, stream.Err())
		}
	}
}
