package program

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// step is one operation of a history, from one time to another.
func step(call, end int64, in request, out answer) porcupine.Operation {
	return porcupine.Operation{Input: in, Output: out, Call: call, Return: end}
}

var (
	appendA      = request{"a", "first"}
	otherA       = request{"a", "again"}
	appendB      = request{"b", "second"}
	readAll      = request{}
	acceptedA    = answer{text: "first"}
	acceptedB    = answer{text: "second"}
	duplicateOfA = answer{duplicate: true, text: "first"}
	refusedA     = answer{reused: true}
	unanswered   = answer{unknown: true}
)

func list(text string) answer { return answer{text: text} }

// TestRoomModel: the model passes what a room may do, and finds each kind of fault.
func TestRoomModel(t *testing.T) {
	const forever = 1000
	for name, test := range map[string]struct {
		history []porcupine.Operation
		sound   bool
	}{
		"one after the other": {[]porcupine.Operation{
			step(0, 1, readAll, list("")), step(2, 3, appendA, acceptedA), step(4, 5, appendA, duplicateOfA), step(6, 7, appendB, acceptedB),
			step(8, 9, readAll, list("a first\nb second\n")),
		}, true},
		"at the same time": {[]porcupine.Operation{
			step(0, 9, appendA, acceptedA), step(0, 9, appendB, acceptedB), step(0, 9, readAll, list("b second\n")), step(10, 11, readAll, list("b second\na first\n")),
		}, true},
		"the retry was first": {[]porcupine.Operation{
			step(0, 9, appendA, acceptedA), step(0, 9, appendA, duplicateOfA), step(10, 11, readAll, list("a first\n")),
		}, true},
		"the other was first": {[]porcupine.Operation{
			step(0, 9, appendA, refusedA), step(0, 9, otherA, answer{text: "again"}), step(10, 11, readAll, list("a again\n")),
		}, true},
		"without an answer, done":     {[]porcupine.Operation{step(0, forever, appendA, unanswered), step(2, 3, readAll, list("a first\n"))}, true},
		"without an answer, not done": {[]porcupine.Operation{step(0, forever, appendA, unanswered), step(2, 3, readAll, list(""))}, true},
		"without an answer, repeated": {[]porcupine.Operation{
			step(0, forever, appendA, unanswered), step(2, 3, appendA, duplicateOfA), step(4, 5, readAll, list("a first\n")),
		}, true},

		"acknowledged and lost": {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, appendB, acceptedB), step(4, 5, readAll, list("b second\n"))}, false},
		"lost by another":       {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, otherA, answer{text: "again"})}, false},
		"another as a retry":    {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, otherA, duplicateOfA)}, false},
		"a retry as another":    {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, appendA, refusedA)}, false},
		"refused by nothing":    {[]porcupine.Operation{step(0, 1, appendA, refusedA)}, false},
		"stale read":            {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, readAll, list("a first\n")), step(4, 5, readAll, list(""))}, false},
		"unread":                {[]porcupine.Operation{step(0, 9, appendA, acceptedA), step(1, 2, readAll, list("a first\n")), step(3, 4, readAll, list(""))}, false},
		"retry stored again":    {[]porcupine.Operation{step(0, 1, appendA, acceptedA), step(2, 3, appendA, duplicateOfA), step(4, 5, readAll, list("a first\na first\n"))}, false},
		"both were first":       {[]porcupine.Operation{step(0, 9, appendA, acceptedA), step(0, 9, otherA, answer{text: "again"})}, false},
		"both were repeated":    {[]porcupine.Operation{step(0, 9, appendA, duplicateOfA), step(0, 9, appendA, duplicateOfA)}, false},
		"out of order": {[]porcupine.Operation{
			step(0, 1, appendA, acceptedA), step(2, 3, appendB, acceptedB), step(4, 5, readAll, list("b second\na first\n")),
		}, false},
		"two orders": {[]porcupine.Operation{
			step(0, 9, appendA, acceptedA), step(0, 9, appendB, acceptedB), step(10, 11, readAll, list("b second\na first\n")), step(10, 11, readAll, list("a first\nb second\n")),
		}, false},
		"never sent":               {[]porcupine.Operation{step(0, 1, readAll, list("a first\n"))}, false},
		"before it was sent":       {[]porcupine.Operation{step(0, 1, readAll, list("a first\n")), step(2, forever, appendA, unanswered)}, false},
		"acknowledged as another":  {[]porcupine.Operation{step(0, 1, appendA, acceptedB)}, false},
		"done after it was undone": {[]porcupine.Operation{step(0, forever, appendA, unanswered), step(2, 3, otherA, answer{text: "again"}), step(4, 5, readAll, list("a first\n"))}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := porcupine.CheckOperations(roomModel, test.history); got != test.sound {
				t.Errorf("linearizable: %t", got)
			}
		})
	}
}
