package main

import (
	"math"
	"testing"
)

func TestStreamCapacity(t *testing.T) {
	for descriptors, want := range map[int]int{
		64: 1, 256: 128, 1024: 704, 4096: 3584, 65536: 65024, math.MaxInt32: math.MaxInt32 - 512,
	} {
		if got := streamCapacity(descriptors); got != want {
			t.Errorf("of %d descriptors %d are for streams, want %d", descriptors, got, want)
		}
	}
}
