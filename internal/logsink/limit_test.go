package logsink

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLimit: an error that repeats without end is written now and then, with how often
// it happened; others, and what is no error, are not held back by it.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		logger := slog.New(Limit(slog.NewTextHandler(&text, nil)))
		flood := logger.With("path", "/").WithGroup("request")
		for range 1000 {
			flood.Error("request failed", "status", 503)
		}
		logger.Error("another")
		for range 100 {
			logger.Info("message accepted")
		}
		for part, want := range map[string]int{"request failed": limitBurst, "another": 1, "message accepted": 100} {
			if n := strings.Count(text.String(), part); n != want {
				t.Errorf("%q is written %d times, want %d", part, n, want)
			}
		}
		text.Reset()
		<-time.After(limitEvery)
		logger.Error("request failed")
		logger.Error("request failed")
		if got := text.String(); strings.Count(got, "request failed") != 1 || !strings.Contains(got, "suppressed=990") {
			t.Errorf("a second later: %q", got)
		}
		text.Reset()
		<-time.After(time.Hour)
		for range 100 {
			logger.Error("request failed")
		}
		if got := text.String(); strings.Count(got, "request failed") != limitBurst || strings.Count(got, "suppressed=1\n") != 1 {
			t.Errorf("an hour later: %q", got)
		}
	})
}
