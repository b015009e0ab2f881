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

func TestClientConnections(t *testing.T) {
	for _, test := range []struct{ connections, streams, want int }{
		{12500, 500, 1524}, {12500, 0, 10938}, {12500, 12500, 10938}, {1000, 500, 875}, {208, 500, 182},
	} {
		if got := clientConnections(test.connections, test.streams); got != test.want {
			t.Errorf("of %d connections, with %d streams, a client may have %d, want %d", test.connections, test.streams, got, test.want)
		}
	}
}

func TestConnectionCapacity(t *testing.T) {
	for _, test := range []struct{ descriptors, streams, want int }{
		{64, 1, 32}, {256, 128, 208}, {1024, 704, 976}, {65536, 10000, 12500}, {1 << 20, 10000, 12500}, {1 << 20, 100, 1124},
		{math.MaxInt32, math.MaxInt32 - 512, math.MaxInt32 - 48},
	} {
		if got := connectionCapacity(test.descriptors, test.streams); got != test.want {
			t.Errorf("of %d descriptors, with %d streams, %d are for connections, want %d", test.descriptors, test.streams, got, test.want)
		}
	}
}
