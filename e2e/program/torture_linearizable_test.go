//go:build torture

package program

import (
	"fmt"
	"testing"

	"plainchat/chat"
)

// TestTortureLinearizable is TestLinearizable with 60 histories on one log, from such
// with a kill after nearly each answer to longer ones.
func TestTortureLinearizable(t *testing.T) {
	s := newServer(t, "--log-level=warn")
	operations, unanswered := 0, 0
	for i := range 60 {
		history := recordHistory(t, s, chat.Room(fmt.Sprint("room", i)), 5, 2+i)
		checkLinearizable(t, history)
		operations += len(history)
		for _, op := range history {
			if op.Output.(answer).unknown {
				unanswered++
			}
		}
	}
	t.Logf("60 histories with 300 kills: %d operations, %d of them without an answer", operations, unanswered)
}
