//go:build torture

package store_test

import (
	"flag"
	"testing"
)

var damages = flag.Int("damages", 1000, "in how many ways TestTortureDamage and TestTortureFirstPage spoil a log")

func TestTortureDamage(t *testing.T) { damageFiles(t, *damages, (*damageCase).spoil) }

func TestTortureFirstPage(t *testing.T) { damageFiles(t, *damages, (*damageCase).flipInFirstPage) }
