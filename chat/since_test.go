package chat

import (
	"errors"
	"testing"
	"time"
)

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	at := func(t time.Time) Since { return Since{what: sinceTime, time: t} }
	for s, want := range map[string]Since{
		"":     {},
		"all":  {what: sinceAll},
		"10m":  at(now.Add(-10 * time.Minute)),
		"2d":   at(now.Add(-48 * time.Hour)),
		"e1-7": After(ID{"e1", 7}),
	} {
		if got, err := ParseSince(s, now); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", s, got, err, want)
		}
	}
	for _, s := range []string{"2026-01-31T09:00:00Z", "2026-01-31T18:00:00+09:00", "2026-01-31T18:00:00 09:00"} {
		got, err := ParseSince(s, now)
		if when, ok := got.Time(); err != nil || !ok || !when.Equal(now) {
			t.Errorf("%q is %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"yesterday", "-10m", "7", "E1-7", "ALL", "e1-07"} {
		if got, err := ParseSince(s, now); !errors.Is(err, ErrSince) || !got.IsMalformed() {
			t.Errorf("%q is %+v, %v", s, got, err)
		}
	}
}

func FuzzParseSince(f *testing.F) {
	for _, s := range []string{"", "all", "10m", "2d", "e1-7", "2026-01-31T18:00:00+09:00", "x"} {
		f.Add(s)
	}
	now := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseSince(s, now)
		_, isTime := got.Time()
		id, isID := got.ID()
		kinds := 0
		for _, is := range []bool{got.IsNow(), got.IsAll(), isTime, isID, got.IsMalformed()} {
			if is {
				kinds++
			}
		}
		if kinds != 1 || (err != nil) != got.IsMalformed() || isID && id.String() != s {
			t.Errorf("%q is %+v, %v", s, got, err)
		}
	})
}
