package bench

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

func TestMarkerRoundTrip(t *testing.T) {
	for _, ticket := range []int{0, 1, 99, 12345678, fence} {
		for _, sent := range []time.Duration{0, 1, 99_999_999, 100_000_000, MaxDuration, 1e16 - 1} {
			text := []byte(marked(ticket, sent, MinSize))
			got, ok := parseMarker(text)
			if want := (mark{ticket, testPublisher, sent}); !ok || got != want {
				t.Errorf("%s: got %+v, %v", text, got, ok)
			}
			if want := fmt.Sprintf("%s%08d.%08d.%016d.", testPrefix, ticket, testPublisher, sent); string(text) != want {
				t.Errorf("got %s, want %s", text, want)
			}
		}
	}
}

// TestMarkerDamaged replaces each byte behind the prefix by every other: only a
// digit for a digit leaves a marker.
func TestMarkerDamaged(t *testing.T) {
	whole := marked(12345678, 1234567890123456, 0)
	for i := prefixLength; i < len(whole); i++ {
		for c := range 256 {
			text := []byte(whole)
			text[i] = byte(c)
			_, ok := parseMarker(text)
			digit := c >= '0' && c <= '9'
			if want := digit == (whole[i] != '.') && (digit || c == '.'); ok != want {
				t.Fatalf("byte %d is %#x: got %v, want %v", i, c, ok, want)
			}
		}
	}
	for n := range len(whole) {
		if _, ok := parseMarker([]byte(whole[:n])); ok {
			t.Errorf("accepted the first %d bytes", n)
		}
	}
}

func TestMarkerFinderFollowsIt(t *testing.T) {
	m := markerFinder{prefix: []byte(testPrefix)}
	for _, before := range []string{"", "longer", "", "brun00000", "longest of all ", "x"} {
		got, ok := m.find([]byte(before + marked(3, 4, 0)))
		if want := (mark{3, testPublisher, 4}); !ok || got != want {
			t.Errorf("after %q: got %+v, %v", before, got, ok)
		}
	}
	if _, ok := m.find([]byte("short")); ok {
		t.Error("found a marker where there is none")
	}
}

func FuzzParseDigits(f *testing.F) {
	f.Add([]byte("12345678"))
	f.Add([]byte("0000000:"))
	f.Add([]byte("/9999999"))
	f.Add([]byte("1234\xb0678"))
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) != 8 {
			return
		}
		want, err := strconv.ParseUint(string(p), 10, 64)
		got, ok := parseDigits(p)
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%q: got %d, %v, want %d, %v", p, got, ok, want, err)
		}
	})
}

func TestPrefixesDiffer(t *testing.T) {
	a, b := newPrefix(), newPrefix()
	if a == b || len(a) != prefixLength || a[0] != 'b' || a[len(a)-1] != '.' {
		t.Errorf("drew %q and %q", a, b)
	}
}
