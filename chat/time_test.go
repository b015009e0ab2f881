package chat

import (
	"testing"
	"time"
)

func TestFormatTime(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	for want, in := range map[string]time.Time{
		"2026-01-02T03:04:05.000Z": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.060Z": time.Date(2026, 1, 2, 3, 4, 5, 60e6, time.UTC),
		"2026-01-02T03:04:05.700Z": time.Date(2026, 1, 2, 3, 4, 5, 700e6, time.UTC),
		"2026-01-02T03:04:05.007Z": time.Date(2026, 1, 2, 3, 4, 5, 7e6+999_999, time.UTC),
		"2026-01-01T18:04:05.120Z": time.Date(2026, 1, 2, 3, 4, 5, 120e6, seoul),
		"1969-12-31T23:59:59.999Z": time.UnixMilli(-1),
		"9999-12-31T23:59:59.999Z": time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	} {
		if got := FormatTime(in); got != want {
			t.Errorf("%v is written %q, want %q", in, got, want)
		}
	}
}

// Whoever sorts messages by their time as text has them in the order of the log.
func TestFormatTimeSortsAsText(t *testing.T) {
	start := time.UnixMilli(1_767_323_045_000)
	for last, millis := FormatTime(start), 1; millis <= 1100; millis++ {
		next := FormatTime(start.Add(time.Duration(millis) * time.Millisecond))
		if next <= last || len(next) != len(last) {
			t.Fatalf("%q does not follow %q", next, last)
		}
		last = next
	}
}
