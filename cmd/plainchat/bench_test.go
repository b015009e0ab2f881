package main

import (
	"io"
	"os"
	"testing"
)

func TestBenchRefusesFlags(t *testing.T) {
	for flag, want := range map[string]string{
		"--size=3":        "the size of a message must be between 45 and 8000; it is 3",
		"--rooms=0":       "the number of rooms must be between 1 and 9999; it is 0",
		"--duration=100h": "the duration must be between 0 and 1h0m0s; it is 100h0m0s",
		"--zipf=0.9":      "the exponent of Zipf's law must be above 1 and no more than 10, or 0; it is 0.9",
		"--publishers=0":  "there must be a publisher; to only hold streams open, ask for idle ones",
	} {
		err := run(t.Context(), []string{"bench", flag}, os.Getenv, nil, io.Discard, io.Discard)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", flag, err, want)
		}
	}
}
