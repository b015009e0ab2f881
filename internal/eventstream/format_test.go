package eventstream

import (
	"io"
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// format is a stream, and what a client makes of it that conforms to the standard.
type format struct {
	stream string
	events []Event
	resume string // what the client would send as Last-Event-ID afterwards
	retry  string
}

// message is an event of the type that is meant where a stream names none.
func message(data, lastEventID string) Event { return Event{"message", data, lastEventID} }

// What belongs to no event, and events that are cut short.
var frames = map[string]format{
	"mark": {stream: "\ufeffdata:one\n\n\ufeffdata:two\n\ndata:three\n\n",
		events: []Event{message("one", ""), message("three", "")}},
	"mark twice": {stream: "\ufeff\ufeffdata:one\n\ndata:two\n\n",
		events: []Event{message("two", "")}},
	"mark cut short": {stream: "\xef\xbbdata:one\n\ndata:two\n\n",
		events: []Event{message("two", "")}},
	"comments": {stream: "data:a\r:\x00\n:\r\ndata:b\n:" + strings.Repeat("long", 1<<10) + "\rdata:c\n:data:no\r:data:no\r\ndata:d\n\n",
		events: []Event{message("a\nb\nc\nd", "")}},
	"nothing but comments": {stream: ":\n\n: a\r\r:\r\n\r\n"},
	"end before the empty line": {stream: "retry:50\ndata:kept\n\nid:unfinished\ndata:lost",
		events: []Event{message("kept", "")}, retry: "50"},
	"end in the middle of a line": {stream: "data:kept\n\ndata:lost\nda",
		events: []Event{message("kept", "")}},
	"end after the field": {stream: "id:1\ndata:kept\n\nid:2\ndata:lost\n",
		events: []Event{message("kept", "1")}, resume: "1"},
}

// The data and the names of fields.
var dataFields = map[string]format{
	"data": {stream: "data:\n\ndata\ndata\n\ndata:text\n\n",
		events: []Event{message("", ""), message("\n", ""), message("text", "")}},
	"no data": {stream: "event:none\n\nid:4\n\ndata:text\n\n",
		events: []Event{message("text", "4")}, resume: "4"},
	"names to the letter": {stream: "data:\x00\ndata:  b\rData:no\ndata\x00:no\ndata:c\r\x00data:no\nda-ta:no\rdata_no\n data:no\ndata :no\ndata:d\rdata:\r\ndata:f\n\n",
		events: []Event{message("\x00\n b\nc\nd\n\nf", "")}},
	"unknown fields": {stream: "data:a\n data\ndata\nroom:lobby\nnocolon\n:comment\ndata:c\n\n",
		events: []Event{message("a\n\nc", "")}},
	"one leading space": {stream: "data:\ta\rdata: \ndata:  b\ndata: c \n\n",
		events: []Event{message("\ta\n\n b\nc ", "")}},
	"a no-break space is none": {stream: "data:\u00a0a\n\n",
		events: []Event{message("\u00a0a", "")}},
	"colons": {stream: "data::a:b: c\nevent::t\n\n",
		events: []Event{{":t", ":a:b: c", ""}}},
}

// The type of an event.
var eventFields = map[string]format{
	"event": {stream: "event:mine\ndata:a\n\ndata:b\n\n",
		events: []Event{{"mine", "a", ""}, message("b", "")}},
	"event, empty": {stream: "event: \ndata:a\n\n",
		events: []Event{message("a", "")}},
	"event, twice": {stream: "event:no\nevent:mine\ndata:a\n\nevent:no\nevent\ndata:b\n\n",
		events: []Event{{"mine", "a", ""}, message("b", "")}},
	"event after its data": {stream: "data:a\nevent:mine\n\n",
		events: []Event{{"mine", "a", ""}}},
}

// The id to resume after.
var idFields = map[string]format{
	"id": {stream: "id:7\ndata:a\n\ndata:b\n\n",
		events: []Event{message("a", "7"), message("b", "7")}, resume: "7"},
	"id, emptied by a colon": {stream: "id:7\ndata:a\n\nid:\ndata:b\n\ndata:c\n\n",
		events: []Event{message("a", "7"), message("b", ""), message("c", "")}},
	"id, emptied by its name": {stream: "id:7\ndata:a\n\nid\ndata:b\n\n",
		events: []Event{message("a", "7"), message("b", "")}},
	"id with NUL": {stream: "id:7\ndata:a\n\nid:8\x00\ndata:b\n\nid:\x00\ndata:c\n\nid:9\x009\ndata:d\n\n",
		events: []Event{message("a", "7"), message("b", "7"), message("c", "7"), message("d", "7")}, resume: "7"},
	"id after its data": {stream: "data:a\nid: 7 \n\n",
		events: []Event{message("a", "7 ")}, resume: "7 "},
	"id of letters": {stream: "id:\u2026차\ndata:a\n\n",
		events: []Event{message("a", "\u2026차")}, resume: "\u2026차"},
}

// The time to wait before a reconnection.
var retryFields = map[string]format{
	"retry":           {stream: "retry:3000\ndata:a\n\n", events: []Event{message("a", "")}, retry: "3000"},
	"retry, bogus":    {stream: "retry:3000\nretry:1000x\nretry:-1\nretry:1.5\nretry:+2\nretry:  4\nretry:\u0663\ndata:a\n\n", events: []Event{message("a", "")}, retry: "3000"},
	"retry, empty":    {stream: "retry:3000\nretry\nretry:\ndata:a\n\n", events: []Event{message("a", "")}, retry: "3000"},
	"retry by itself": {stream: "retry:1\n\n", retry: "1"},
}

// Ends of lines.
var lineEnds = map[string]format{
	"line ends": {stream: "data:a\r\ndata\ndata:c\r\n\rdata:d\n\rdata:e\r\n\r\n",
		events: []Event{message("a\n\nc", ""), message("d", ""), message("e", "")}},
	"line feeds that end nothing": {stream: "\n\r\n\r\r\ndata:a\n\n\n\r\n",
		events: []Event{message("a", "")}},
	"what ends lines elsewhere": {stream: "data:a\u2028b\u2029c\u0085d\ve\ff\n\n",
		events: []Event{message("a\u2028b\u2029c\u0085d\ve\ff", "")}},
	"NUL": {stream: "data:\x00\n\n\n\n", events: []Event{message("\x00", "")}},
}

// Characters of more than a byte, and bytes that are none.
var encodings = map[string]format{
	"UTF-8": {stream: "data:ok\u2026 차 \U0001f600\n\n", events: []Event{message("ok\u2026 차 \U0001f600", "")}},
	"not UTF-8": {stream: "data:a\xffb\xc0\xafc\xe2\x82\n\nid:\xf0\x9f\x98\nevent:\xfe\ndata\n\n",
		events: []Event{message("a\ufffdb\ufffd\ufffdc\ufffd", ""), {"\ufffd", "", "\ufffd"}}, resume: "\ufffd"},
}

// formats are the cases that the web-platform-tests put to browsers (eventsource/format-*).
func formats() map[string]format {
	all := make(map[string]format)
	for _, some := range []map[string]format{frames, dataFields, eventFields, idFields, retryFields, lineEnds, encodings} {
		maps.Copy(all, some)
	}
	return all
}

func TestFormats(t *testing.T) {
	for name, tt := range formats() {
		t.Run(name, func(t *testing.T) {
			tt.check(t, strings.NewReader(tt.stream))
			tt.check(t, iotest.OneByteReader(strings.NewReader(tt.stream)))
		})
	}
}

// check reads the stream from a source of it.
func (f format) check(t *testing.T, src io.Reader) {
	t.Helper()
	got, r := format{stream: f.stream}, NewReader(src)
	for {
		ev, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got.events = append(got.events, ev)
	}
	got.resume, got.retry = r.LastEventID(), r.Retry
	if !reflect.DeepEqual(got, f) {
		t.Errorf("got  %q, resuming at %q after %q\nwant %q, resuming at %q after %q",
			got.events, got.resume, got.retry, f.events, f.resume, f.retry)
	}
}
