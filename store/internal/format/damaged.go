package format

import "fmt"

// Damaged is an event that is not what was written. It is never served, and is logged
// when it is first met.
type Damaged struct {
	Seq uint64
}

func (e *Damaged) Error() string {
	return fmt.Sprintf("store: event %d is damaged: its checksum does not match", e.Seq)
}
