package logsink

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// What Limit lets through of warnings and errors with one text.
const (
	limitBurst = 10
	limitEvery = time.Second
)

// Limit returns a handler that passes on, of the warnings and errors with one text, ten
// at once and then one a second; the next that passes has the number of those left out
// as "suppressed". Whatever fails for each request would else fill a disk as fast as
// requests come. Texts must be constants. What is below a warning passes.
func Limit(next slog.Handler) slog.Handler {
	return limiter{next, &allowances{of: make(map[string]*allowance)}}
}

type limiter struct {
	slog.Handler
	*allowances
}

// allowances are shared by a handler and those derived from it.
type allowances struct {
	mu sync.Mutex
	of map[string]*allowance // by the text of the record
}

// allowance is a token bucket.
type allowance struct {
	left       int
	filled     time.Time // when it last had a record added to it
	suppressed int64
}

// Handle implements slog.Handler.
func (l limiter) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		pass, suppressed := l.take(r.Message, time.Now())
		if !pass {
			return nil
		}
		if suppressed > 0 {
			r = r.Clone()
			r.AddAttrs(slog.Int64("suppressed", suppressed))
		}
	}
	return l.Handler.Handle(ctx, r)
}

// take reports whether a record may pass, and how many have not since the last that did.
func (a *allowances) take(text string, now time.Time) (pass bool, suppressed int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.of[text]
	if one == nil {
		one = &allowance{left: limitBurst, filled: now}
		a.of[text] = one
	}
	if earned := int(now.Sub(one.filled) / limitEvery); earned > 0 {
		one.left = min(one.left+earned, limitBurst)
		one.filled = one.filled.Add(time.Duration(earned) * limitEvery)
	}
	if one.left == 0 {
		one.suppressed++
		return false, 0
	}
	one.left--
	suppressed, one.suppressed = one.suppressed, 0
	return true, suppressed
}

// WithAttrs implements slog.Handler.
func (l limiter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return limiter{l.Handler.WithAttrs(attrs), l.allowances}
}

// WithGroup implements slog.Handler.
func (l limiter) WithGroup(name string) slog.Handler {
	return limiter{l.Handler.WithGroup(name), l.allowances}
}
