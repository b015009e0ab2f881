// Package seed lets a test that draws at random be repeated.
package seed

import (
	"flag"
	"math/rand/v2"
	"testing"
)

// The same each time unless another is given, so that a test that passes on one machine does
// on the next; make torture gives another.
var seed = flag.Uint64("seed", 1, "what decides at random")

// Draw returns what decides at random, and tells how to have it decide the same again.
func Draw(t *testing.T) uint64 {
	t.Helper()
	t.Logf("repeat with -seed %d", *seed)
	return *seed
}

// Rand returns a source of numbers that starts from Draw.
func Rand(t *testing.T) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(Draw(t), 0))
}
