package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/internal/eventstream"
)

// serve gives a house a listener. It ends before the broker does, which it waits for.
func (h *house) serve() string {
	server := httptest.NewServer(h)
	h.t.Cleanup(server.Close)
	h.t.Cleanup(h.Broker.Close)
	return server.URL
}

// listen opens a stream as somebody, and returns what follows its hello.
func (h *house) listen(base, who, target string) *eventstream.Reader {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, base+target, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	h.people[who](r)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { res.Body.Close() })
	stream := eventstream.NewReader(res.Body)
	if hello, err := stream.Next(); err != nil || hello.Type != "hello" {
		h.t.Fatalf("%s: the stream begins with %+v, %v", who, hello, err)
	}
	return stream
}

// activityUntil reads a stream until an activity event has a part, and returns the data of all that came.
func (h *house) activityUntil(stream *eventstream.Reader, part string) (all string) {
	h.t.Helper()
	for !strings.Contains(all, part) {
		ev, err := stream.Next()
		if err != nil {
			h.t.Fatalf("%v; so far: %s", err, all)
		}
		if ev.Type == "activity" {
			all += ev.Data + "\n"
		}
	}
	return all
}

// Nobody is told of a room that they may not listen to.
func TestActivityIsOfOnesRooms(t *testing.T) {
	h := newHouse(t)
	h.people["builds"] = h.token(`{"name":"builds","room":"builds","read":true}`)
	base := h.serve()
	guest, token := h.listen(base, "ann", "/rooms/quiet/events?activity"), h.listen(base, "builds", "/rooms/builds/events?activity=yes")
	h.say("ben", "tea", "Ben", "hello")
	h.say("ben", "builds", "Ben", "done")
	if got := h.activityUntil(guest, `"room":"builds"`); !strings.Contains(got, `"room":"tea"`) {
		t.Errorf("a guest is told %s", got)
	}
	if got := h.activityUntil(token, `"room":"builds"`); strings.Contains(got, "tea") {
		t.Errorf("a token for another room is told %s", got)
	}
}

// How far somebody has read reaches their other devices, and nobody else's.
func TestActivityHasOnesReads(t *testing.T) {
	h := newHouse(t)
	base := h.serve()
	ann, ben := h.listen(base, "ann", "/rooms/quiet/events?activity"), h.listen(base, "ben", "/rooms/quiet/events?activity")
	message := h.say("ben", "tea", "Ben", "hello")
	id := message[strings.LastIndex(message, "/")+1:]
	h.want(http.StatusOK, "", "ann", http.MethodPut, "/rooms/tea/read?user_name=Ann", `{"id":"`+id+`"}`)
	h.activityUntil(ann, `"read":[{"room":"tea","upto":"`+id+`"}]`)
	h.say("ann", "builds", "Ann", "hello")
	if got := h.activityUntil(ben, `"room":"builds"`); strings.Contains(got, "read") {
		t.Errorf("somebody else is told %s", got)
	}
}
