package bench

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	testPrefix    = "brun00000."
	testPublisher = 3
)

// marked returns a text with a marker of testPrefix.
func marked(ticket int, sent time.Duration, size int) string {
	text := bytes.Repeat([]byte{'x'}, max(size, markerLength))
	putMarker(text, testPrefix, mark{ticket, testPublisher, sent})
	return string(text)
}

// messageFrame returns a message's frame as plainchat writes it.
func messageFrame(seq int, room, text string) string {
	return fmt.Sprintf(`id: e1-%d
data: {"id":"e1-%d","seq":%d,"room":%q,"user_name":"bench-1","message":%q,"time":"2026-01-02T03:04:05.678Z"}
event: my response

`, seq, seq, seq, room, text)
}

// stream holds every kind of line and frame; frames is what it says.
var (
	stream = "retry: 1234\n\n: a comment\n\n" +
		"id: e1-41\ndata: {\"room\":\"r\"}\nevent: hello\n\n" +
		"data: {\"online\":3}\nevent: presence\n\n" +
		messageFrame(42, "r", marked(0, 7*time.Second, 60)) +
		"event: my response\r\ndata:" + marked(8, 9, 0) + "\r\nid:e1-43\r\n\r\n" +
		messageFrame(44, "brun", "somebody else said brun00000. and no more") +
		"data: first line\ndata: " + marked(9, 10, 0) + "\nid\nevents: no\ndatax\n\n"
	frames = []frame{
		{}, {},
		{name: helloEvent, seq: 41},
		{},
		{name: messageEvent, marked: true, mark: mark{0, testPublisher, 7 * time.Second}, seq: 42},
		{name: messageEvent, marked: true, mark: mark{8, testPublisher, 9}, seq: 43},
		{name: messageEvent, seq: 44},
		{marked: true, mark: mark{9, testPublisher, 10}},
	}
)

// scan returns the frames of a stream that arrives in the given pieces, each of
// which is overwritten after it was fed, as the buffer of a connection is.
func scan(t testing.TB, pieces ...string) []frame {
	var got []frame
	s := scanner{
		marker:  markerFinder{prefix: []byte(testPrefix)},
		receive: func(f *frame) { got = append(got, *f) },
	}
	for _, piece := range pieces {
		p := []byte(piece)
		if err := s.feed(p); err != nil {
			t.Fatal(err)
		}
		clear(p)
	}
	return got
}

func TestScannerInOnePiece(t *testing.T) {
	if got := scan(t, stream); !slices.Equal(got, frames) {
		t.Errorf("got  %+v\nwant %+v", got, frames)
	}
}

func TestScannerSplitAnywhere(t *testing.T) {
	for i := range len(stream) {
		for _, pieces := range [][]string{
			{stream[:i], stream[i:]},
			{stream[:i], stream[i : i+1], stream[i+1:]},
		} {
			if got := scan(t, pieces...); !slices.Equal(got, frames) {
				t.Fatalf("split at %d:\ngot  %+v\nwant %+v", i, got, frames)
			}
		}
	}
	if got := scan(t, strings.Split(stream, "")...); !slices.Equal(got, frames) {
		t.Errorf("byte by byte: got  %+v\nwant %+v", got, frames)
	}
}

func TestScannerRefusesEndlessLine(t *testing.T) {
	s := scanner{receive: func(*frame) {}}
	piece := bytes.Repeat([]byte{'x'}, maxLine/4)
	for range 4 {
		if err := s.feed(piece); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.feed(piece); err != errLongLine {
		t.Errorf("after more than %d bytes without a line ending: %v", maxLine, err)
	}
}

// FuzzScanner holds the scanner against a slow and simple reading of the same bytes,
// however they are split.
func FuzzScanner(f *testing.F) {
	f.Add([]byte(stream), uint(17))
	f.Add([]byte("data: "+marked(1, 2, 0)+"\n\n"), uint(20))
	f.Add([]byte("id: -\nid: 9\nid: 99999999999999999999999\n\n\r\n\r\r\n"), uint(3))
	f.Add([]byte(testPrefix+"\ndata"+testPrefix+"\n\n"), uint(8))
	f.Fuzz(func(t *testing.T, raw []byte, at uint) {
		twice := func(line []byte) bool { return bytes.Count(line, []byte(testPrefix)) > 1 }
		if len(raw) > maxLine || slices.ContainsFunc(bytes.Split(raw, []byte("\n")), twice) {
			return
		}
		s, i := string(raw), int(at%uint(len(raw)+1))
		if got, want := scan(t, s[:i], s[i:]), readSimply(s); !slices.Equal(got, want) {
			t.Errorf("split at %d:\ngot  %+v\nwant %+v", i, got, want)
		}
	})
}

// readSimply reads a stream line by line, as the standard words it.
func readSimply(s string) []frame {
	var all []frame
	var f frame
	lines := strings.SplitAfter(s, "\n")
	for _, line := range lines[:len(lines)-1] { // the last one is not complete
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" {
			all = append(all, f)
			f = frame{}
			continue
		}
		name, value, colon := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case !colon:
		case name == "id":
			f.seq = parseSeq([]byte(value))
		case name == "event":
			f.name = map[string]eventName{"my response": messageEvent, "hello": helloEvent}[value]
		case name == "data":
			if i := strings.Index(value, testPrefix); i >= 0 {
				if m, ok := parseMarker([]byte(value[i:])); ok {
					f.marked, f.mark = true, m
				}
			}
		}
	}
	return all
}

func TestParseSeq(t *testing.T) {
	for id, want := range map[string]uint64{
		"e1-42": 42, "7": 7, "": 0, "e1-": 0, "e1-4x": 0, "-": 0, "e1-18446744073709551615": 1<<64 - 1,
	} {
		if got := parseSeq([]byte(id)); got != want {
			t.Errorf("%q: got %d, want %d", id, got, want)
		}
	}
}

// manyFrames returns frames of about 200 bytes that fill a connection's buffer, and
// how many they are.
func manyFrames() (p []byte, n int) {
	for len(p) < maxRead {
		p = append(p, messageFrame(1_000_000+n, "bench-0001", marked(n, time.Hour, 40))...)
		n++
	}
	return p, n
}

func BenchmarkScanner(b *testing.B) {
	p, n := manyFrames()
	found := 0
	s := scanner{
		marker: markerFinder{prefix: []byte(testPrefix)},
		receive: func(f *frame) {
			if f.marked {
				found++
			}
		},
	}
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		found = 0
		if err := s.feed(p); err != nil || found != n {
			b.Fatalf("found %d of %d: %v", found, n, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
	b.ReportMetric(float64(len(p)/n), "B/frame")
}

// BenchmarkSubscriber is all that is done for a delivery, but for reading the socket.
func BenchmarkSubscriber(b *testing.B) {
	p, n := manyFrames()
	s, _ := newTestSubscriber(SSE, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		s.got, s.highest = s.got[:0], 0
		if err := s.feed(p); err != nil {
			b.Fatal(err)
		}
	}
	if s.arrived != int64(b.N*n) || s.duplicated+s.outOfOrder+s.misrouted > 0 {
		b.Fatalf("counted %d of %d", s.arrived, b.N*n)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}
