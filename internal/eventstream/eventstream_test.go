package eventstream

import (
	"fmt"
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

// FuzzReader: where a stream is cut into reads does not matter, nor which of the line
// ends it uses, nor a comment between its lines.
func FuzzReader(f *testing.F) {
	for _, tt := range formats() {
		f.Add(tt.stream)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		whole := all(t, strings.NewReader(stream))
		same := func(what string, src io.Reader) {
			t.Helper()
			if got := all(t, src); !reflect.DeepEqual(got, whole) {
				t.Errorf("whole %q\n%s %q", whole, what, got)
			}
		}
		same("byte by byte", iotest.OneByteReader(strings.NewReader(stream)))
		lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream)
		for _, end := range []string{"\n", "\r", "\r\n", "\n:\n"} {
			same(fmt.Sprintf("with %q", end), strings.NewReader(strings.ReplaceAll(lines, "\n", end)))
		}
	})
}
