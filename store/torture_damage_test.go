//go:build torture

package store_test

import (
	"flag"
	"testing"
)

var damages = flag.Int("damages", 1000, "in how many ways TestTortureDamage spoils a log")

func TestTortureDamage(t *testing.T) { damageFiles(t, *damages) }
