package main

import (
	"fmt"
	"math"
	"testing"
)

func TestMaxSizeFlag(t *testing.T) {
	for text, want := range map[string]maxSize{
		"": 0, "0": 0, "0GB": 0, "10GB": 10e9, "10 gb": 10e9, "10G": 10e9, "512MiB": 512 << 20, "1.5TB": 1.5e12, "65536": 1 << 16, "1,000kB": 1e6,
	} {
		var got maxSize
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
}

func FuzzMaxSize(f *testing.F) {
	for _, text := range []string{"10GB", "1.5 TiB", "-1", "9223372036854775808", "1e9", "١٠GB", "8EiB", fmt.Sprint(uint64(math.MaxUint64))} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s maxSize
		if err := s.UnmarshalText([]byte(text)); err == nil && s != 0 && s < minSize {
			t.Errorf("%q is %d", text, s)
		}
	})
}
