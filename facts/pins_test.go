package facts_test

import (
	"slices"
	"testing"

	"plainchat/chat"
)

func TestPins(t *testing.T) {
	h := newHistory()
	want := func(room chat.Room, most int, want ...uint64) {
		t.Helper()
		if got := h.Pins(room, most); !slices.Equal(got, want) {
			t.Errorf("the pins of %s are %v, want %v", room, got, want)
		}
	}
	want("tea", 9)
	for _, pin := range []chat.Pin{{Of: 7}, {Of: 3}, {Of: 7}, {Of: 9}, {Of: 3, Removed: true}, {Of: 5}, {Of: 1, Removed: true}} {
		h.add(start, "tea", pin)
	}
	want("tea", 9, 5, 7, 9)
	want("tea", 2, 7, 9)
	want("cake", 9)
}
