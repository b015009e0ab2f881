package chat

import (
	"errors"
	"strings"
	"time"
)

// Since is where in the log somebody wants to begin: now (the zero value), at the oldest
// event that is kept, at a time, or after an event.
type Since struct {
	what sinceKind
	id   ID
	time time.Time
}

type sinceKind uint8

const (
	sinceNow sinceKind = iota
	sinceAll
	sinceTime
	sinceID
	sinceMalformed
)

// ErrSince is what ParseSince returns for what is no place to begin.
var ErrSince = errors.New(`chat: a place to begin is an id, "all", a duration back (10m, 2d), or a time (2026-01-31T09:00:00Z)`)

// ParseSince reads what requests and commands say: an id, "all", a duration before now
// ("10m"), a time (RFC 3339), or nothing for now. With ErrSince it returns a Since that is
// Malformed, which a stream answers in its own way.
func ParseSince(s string, now time.Time) (Since, error) {
	switch s {
	case "":
		return Since{}, nil
	case "all":
		return Since{what: sinceAll}, nil
	}
	if d, err := ParseDuration(s); err == nil && d >= 0 {
		return Since{what: sinceTime, time: now.Add(-d)}, nil
	}
	// In a query, the plus of an offset like +09:00 arrives as a space unless it
	// was escaped, and few escape it.
	if t, err := time.Parse(time.RFC3339, strings.ReplaceAll(s, " ", "+")); err == nil {
		return Since{what: sinceTime, time: t}, nil
	}
	if id, err := ParseID(s); err == nil {
		return After(id), nil
	}
	return Since{what: sinceMalformed}, ErrSince
}

// After is the place right after an event.
func After(id ID) Since { return Since{what: sinceID, id: id} }

// IsNow reports whether it is the present.
func (s Since) IsNow() bool { return s.what == sinceNow }

// IsAll reports whether it is the oldest event that is kept.
func (s Since) IsAll() bool { return s.what == sinceAll }

// IsMalformed reports whether it was none.
func (s Since) IsMalformed() bool { return s.what == sinceMalformed }

// Time returns the time, if it is one.
func (s Since) Time() (time.Time, bool) { return s.time, s.what == sinceTime }

// ID returns the id of the event that it is after, if it is one.
func (s Since) ID() (ID, bool) { return s.id, s.what == sinceID }
