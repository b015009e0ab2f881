package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// TestMessageRequest: net/http and encoding/json read the stamped bytes as what
// they are meant to be, each time.
func TestMessageRequest(t *testing.T) {
	target, err := parseTarget("http://chat.example.org:5001/rooms/bench-/")
	if err != nil {
		t.Fatal(err)
	}
	m := newMessageRequest(target, testPrefix, testPublisher, 50)
	for i, path := range []string{"/rooms/bench-/rooms/bench-0001/messages", "/rooms/bench-/rooms/bench-9999/messages"} {
		raw := m.stamp(i*(MaxRooms-1), 10+i, time.Minute)
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			UserName string `json:"user_name"`
			Message  string `json:"message"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Fatal(err)
		}
		if r.Method != "POST" || r.URL.Path != path || r.Host != "chat.example.org:5001" {
			t.Errorf("got %s %s at %s, want %s", r.Method, r.URL.Path, r.Host, path)
		}
		if body.UserName != "bench-4" || body.Message != marked(10+i, time.Minute, 50) {
			t.Errorf("got %+v", body)
		}
	}
}

func TestStreamRequest(t *testing.T) {
	target, err := parseTarget("http://chat.example.org/chat")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(streamRequest(target, 41, "e1-7", "me"))))
	if err != nil {
		t.Fatal(err)
	}
	if r.Method != "GET" || r.URL.Path != "/chat/rooms/bench-0042/events" ||
		r.URL.RawQuery != "user_name=me" || r.Header.Get("Last-Event-ID") != "e1-7" || r.Header.Get("Accept") != "text/event-stream" {
		t.Errorf("got %s %s, %v", r.Method, r.URL.Path, r.Header)
	}
}
