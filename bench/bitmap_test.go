package bench

import "testing"

func TestBitmap(t *testing.T) {
	var acked, got bitmap
	for _, n := range []int{0, 1, 63, 64, 1000} {
		if !acked.set(n) || acked.set(n) {
			t.Errorf("%d: not added exactly once", n)
		}
	}
	for n, want := range map[int]bool{0: true, 2: false, 64: true, 65: false, 1000: true, 1001: false, 5000: false} {
		if acked.has(n) != want {
			t.Errorf("%d: in the set is %v", n, !want)
		}
	}
	for _, n := range []int{1, 64, 2} {
		got.set(n)
	}
	if acked.len() != 5 || acked.missing(got) != 3 || got.missing(acked) != 1 {
		t.Errorf("got %d, %d, %d, want 5, 3, 1", acked.len(), acked.missing(got), got.missing(acked))
	}
	if bitmap(nil).missing(got) != 0 || acked.missing(nil) != 5 {
		t.Error("the empty set lacks something, or what is missing in it is not all")
	}
}
