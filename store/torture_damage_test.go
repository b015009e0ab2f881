//go:build torture

package store_test

import (
	"flag"
	"math/rand/v2"
	"testing"
)

var damages = flag.Int("damages", 1000, "in how many ways TestTortureDamage and TestTortureFirstPage spoil a log")

func TestTortureDamage(t *testing.T) { damageFiles(t, *damages, (*damageCase).spoil) }

// TestTortureFirstPage flips a bit where the file says what is where.
func TestTortureFirstPage(t *testing.T) {
	damageFiles(t, *damages, func(c *damageCase, rng *rand.Rand) { c.change(rng, "log.db", rng.IntN(4096), 0) })
}
