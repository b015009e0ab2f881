// Package seed lets a test that draws at random be repeated.
package seed

import (
	"cmp"
	"flag"
	"math/rand/v2"
	"testing"
)

var seed = flag.Uint64("seed", 0, "what decides at random; 0 is another one each time")

// Draw returns what decides at random, and tells how to have it decide the same again.
func Draw(t *testing.T) uint64 {
	t.Helper()
	drawn := cmp.Or(*seed, rand.Uint64())
	t.Logf("repeat with -seed %d", drawn)
	return drawn
}

// Rand returns a source of numbers that starts from Draw.
func Rand(t *testing.T) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(Draw(t), 0))
}
