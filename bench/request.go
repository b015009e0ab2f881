package bench

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

const (
	userAgent  = "plainchat-bench"
	roomPrefix = "bench-"
	roomDigits = 4
)

// roomName returns the name of a run's room, which are counted from 0.
func roomName(room int) string {
	return fmt.Sprintf("%s%0*d", roomPrefix, roomDigits, room+1)
}

// streamRequest returns the request that opens a room's event stream: after an event,
// unless its id is empty, and under a name, unless that is.
func streamRequest(t *target, room int, lastEventID, userName string) []byte {
	query, resume := "", ""
	if userName != "" {
		query = "?user_name=" + userName
	}
	if lastEventID != "" {
		resume = "Last-Event-ID: " + lastEventID + "\r\n"
	}
	return fmt.Appendf(nil, "GET %s/rooms/%s/events%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n"+
		"Accept: text/event-stream\r\nCache-Control: no-cache\r\n%s\r\n",
		t.url.EscapedPath(), roomName(room), query, t.url.Host, userAgent, resume)
}

// messageRequest is a request that sends a message, built once and stamped for each message:
// only digits of fixed width change.
type messageRequest struct {
	prefix    string
	publisher int
	bytes     []byte
	room      []byte // the digits of the room in the path; part of bytes
	text      []byte // the message's text; part of bytes
}

// newMessageRequest returns the request of one publisher, for texts of size bytes.
func newMessageRequest(t *target, prefix string, publisher, size int) *messageRequest {
	body := fmt.Sprintf(`{"user_name":"bench-%d","message":"%s"}`, publisher+1, strings.Repeat("x", size))
	head := fmt.Sprintf("POST %s/rooms/%s/messages HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		t.url.EscapedPath(), roomName(0), t.url.Host, userAgent, len(body))
	b := []byte(head + body)
	text := len(b) - size - len(`"}`)
	room := bytes.LastIndex(b, []byte("/rooms/"+roomPrefix)) + len("/rooms/"+roomPrefix)
	return &messageRequest{prefix: prefix, publisher: publisher, bytes: b, room: b[room:][:roomDigits], text: b[text:][:size]}
}

// stamp returns the request for one message, valid until the next stamp.
func (r *messageRequest) stamp(room, ticket int, sent time.Duration) []byte {
	putDigits(r.room, uint64(room+1))
	putMarker(r.text, r.prefix, mark{ticket, r.publisher, sent})
	return r.bytes
}
