package chat

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ID is a position in a log, and so the name of the event at that position.
// Its text form, "<epoch>-<seq>", is what event streams carry as `id:` and what
// clients send back as Last-Event-ID.
type ID struct {
	Epoch string // names the log: lower-case letters and digits
	Seq   uint64 // counts the log's events from 1; 0 is the position before the first
}

// String returns the text form.
func (id ID) String() string {
	var buf [64]byte
	return string(id.Append(buf[:0]))
}

// Append appends the text form.
func (id ID) Append(dst []byte) []byte {
	dst = append(dst, id.Epoch...)
	dst = append(dst, '-')
	return strconv.AppendUint(dst, id.Seq, 10)
}

// MarshalText implements encoding.TextMarshaler with the text form.
func (id ID) MarshalText() ([]byte, error) { return id.Append(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err == nil {
		*id = parsed
	}
	return err
}

// maxSeq is the largest position: what SQLite and every JSON reader that keeps
// 64-bit integers can hold.
const maxSeq = 1<<63 - 1

var errBadID = errors.New(`an id has the form "<epoch>-<number>"`)

// ParseID reads the text form. It accepts only what String writes.
func ParseID(s string) (ID, error) {
	epoch, digits, ok := strings.Cut(s, "-")
	seq, err := strconv.ParseUint(digits, 10, 64)
	id := ID{Epoch: epoch, Seq: seq}
	if !ok || err != nil || seq > maxSeq || !isEpoch(epoch) || id.String() != s {
		return ID{}, fmt.Errorf("chat: %q: %w", s, errBadID)
	}
	return id, nil
}

func isEpoch(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 32
}
