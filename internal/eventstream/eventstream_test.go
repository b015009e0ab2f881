package eventstream

import (
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func all(t testing.TB, src io.Reader) []Event {
	t.Helper()
	var events []Event
	for r := NewReader(src); ; {
		ev, err := r.Next()
		if err == io.EOF {
			return events
		}
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
}

func TestReader(t *testing.T) {
	for _, tt := range []struct {
		name, stream string
		want         []Event
	}{
		{"several data lines", "data:a\ndata: b\ndata\n\n", []Event{{"message", "a\nb\n", ""}}},
		{"only one space is removed", "data:  x\n\n", []Event{{"message", " x", ""}}},
		{"all line ends", "data:1\r\n\r\ndata:2\r\rdata:3\n\n", []Event{{"message", "1", ""}, {"message", "2", ""}, {"message", "3", ""}}},
		{"byte order mark", "\xEF\xBB\xBFdata:x\n\n\xEF\xBB\xBFdata:y\n\n", []Event{{"message", "x", ""}}},
		{"comments and unknown fields", ":c\nfoo:bar\ndata:x\n data:y\n\n", []Event{{"message", "x", ""}}},
		{"no data, no event", "event:x\nid:7\n\ndata:y\n\n", []Event{{"message", "y", "7"}}},
		{"empty data is an event", "data\n\n", []Event{{"message", "", ""}}},
		{"the id stays", "id:1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n", []Event{{"message", "a", "1"}, {"message", "b", "1"}, {"message", "c", ""}}},
		{"an id with NUL is ignored", "id:1\ndata:a\n\nid:2\x00\ndata:b\n\n", []Event{{"message", "a", "1"}, {"message", "b", "1"}}},
		{"the type lasts for one event", "event:t\ndata:a\n\ndata:b\n\n", []Event{{"t", "a", ""}, {"message", "b", ""}}},
		{"names are case sensitive", "Data:a\n\n", nil},
		{"an unfinished event is dropped", "data:a\n", nil},
		{"a colon in the value", "data:a:b\n\n", []Event{{"message", "a:b", ""}}},
		{"U+2028 ends no line", "data:a\u2028b\n\n", []Event{{"message", "a\u2028b", ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := all(t, strings.NewReader(tt.stream)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if got := all(t, iotest.OneByteReader(strings.NewReader(tt.stream))); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("byte by byte: got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	r := NewReader(strings.NewReader("retry:100\nretry:1x\nretry:\ndata:x\n\n"))
	if _, err := r.Next(); err != nil || r.Retry != "100" {
		t.Errorf("retry = %q, err = %v; want 100", r.Retry, err)
	}
}

// Where a stream is cut into reads must not matter.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"data:a\r\n\r\n", "\xEF\xBB\xBFid:1\ndata\n\n", "\r\r\n\n:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		whole := all(t, strings.NewReader(stream))
		bytewise := all(t, iotest.OneByteReader(strings.NewReader(stream)))
		if !reflect.DeepEqual(whole, bytewise) {
			t.Errorf("whole    %q\nbytewise %q", whole, bytewise)
		}
	})
}
