package broker

import (
	"bytes"

	"plainchat/chat"
)

// Names of the events on the wire.
const (
	eventHello     = "hello"
	eventGap       = "gap"
	eventPresence  = "presence"
	eventTyping    = "typing"
	eventActivity  = "activity"
	eventHeartbeat = "heartbeat"
)

// frame is one event of the stream as it goes over the wire. Its chunk is
// shared by all connections and never changes.
type frame struct {
	after cursor // where a connection stands that has been sent this frame
	room  chat.Room
	edits uint64 // the message whose text is in it again; 0 of anything but an edit
	chunk []byte // empty once its text was erased
	news  uint64 // the number of what presence announces; 0 of what is on the tape
}

// appendFrame writes one event in the event stream format (WHATWG HTML, section
// 9.2), in the order of fields and with the spacing of r3labs/sse, so that an
// event caught up from the log and the same event live are equal byte for byte.
// Neither id, name nor data may hold a line ending. An empty id leaves the line
// out: `id:` alone would reset the listener's last event id.
func appendFrame(dst []byte, id, name string, data []byte) []byte {
	if id != "" {
		dst = append(dst, "id: "...)
		dst = append(dst, id...)
		dst = append(dst, '\n')
	}
	dst = append(dst, "data: "...)
	dst = append(dst, data...)
	return appendName(dst, name)
}

// appendName writes the end of a frame.
func appendName(dst []byte, name string) []byte {
	dst = append(dst, "\nevent: "...)
	dst = append(dst, name...)
	return append(dst, "\n\n"...)
}

// messageName is the line that ends a message, with the end of the line before. Data is
// JSON, which holds no line end, so it stands nowhere else.
var messageName = []byte("\nevent: " + chat.Message{}.Kind().Wire + "\n")

// withoutMessageNames returns a chunk whose messages have no name: an EventSource gives
// those to onmessage.
func withoutMessageNames(chunk []byte) []byte {
	if !bytes.Contains(chunk, messageName) {
		return chunk
	}
	return asChunk(bytes.ReplaceAll(bare(chunk), messageName, []byte("\n")))
}

// appendEvent writes an event of the log as a frame, in place.
func appendEvent(dst []byte, ev chat.Event, encode func([]byte, chat.Event) []byte) []byte {
	dst = append(dst, "id: "...)
	dst = ev.ID.Append(dst)
	dst = append(dst, "\ndata: "...)
	dst = encode(dst, ev)
	return appendName(dst, ev.Kind().Wire)
}
