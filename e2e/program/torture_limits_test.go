//go:build torture

package program

import (
	"testing"
	"time"
)

func init() { limit = 2 * time.Hour }

func TestTortureManyRooms(t *testing.T) { checkManyRooms(t, 100_000) }
