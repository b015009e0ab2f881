package webhooks

import (
	"net/http"
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	var whole time.Duration
	for tries := 1; tries < len(delays); tries++ {
		shortest, again := pause(tries, 0, 0)
		longest, _ := pause(tries, 0, 1)
		delay := delays[tries]
		if !again || shortest != delay*9/10 || longest < delay || longest > delay*11/10 {
			t.Errorf("after %d tries: %v to %v, %v; want about %v", tries, shortest, longest, again, delay)
		}
		whole += delay
	}
	if _, again := pause(len(delays), time.Second, 0); again {
		t.Error("there is a try after the last")
	}
	if whole < 48*time.Hour {
		t.Errorf("a receiver that is away for two days gets nothing: the last try is after %v", whole)
	}
	for asked, want := range map[time.Duration]time.Duration{
		time.Second: delays[1], time.Minute: time.Minute, 100 * time.Hour: maxRetryAfter,
	} {
		if got, _ := pause(1, asked, 0.5); got.Round(time.Second) != want {
			t.Errorf("where %v is asked for: %v, want %v", asked, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-5": 0, "1.5": 0, "+5": 0, "5 s": 0, "0x10": 0, "0": 0,
		"120": 2 * time.Minute, " 120 ": 2 * time.Minute, "00120": 2 * time.Minute,
		"86400": maxRetryAfter, "86401": maxRetryAfter, "99999999999999999999999999": maxRetryAfter,
		"Fri, 02 Jan 2026 03:05:05 GMT":  time.Minute,
		"Friday, 02-Jan-26 03:05:05 GMT": time.Minute, // RFC 850
		"Fri Jan  2 03:05:05 2026":       time.Minute, // asctime
		"Fri, 02 Jan 2026 03:04:05 GMT":  0,
		"Thu, 01 Jan 2026 03:04:05 GMT":  0,
		"Fri, 02 Jan 2099 03:04:05 GMT":  maxRetryAfter,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q is %v, want %v", header, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "120", "Fri, 02 Jan 2026 03:05:05 GMT", "-1", "99999999999999999999"} {
		f.Add(seed)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		got := retryAfter(header, now)
		if got < 0 || got > maxRetryAfter {
			t.Errorf("%q is %v", header, got)
		}
		if at, err := http.ParseTime(header); err == nil && at.After(now) && got == 0 {
			t.Errorf("%q is ignored", header)
		}
	})
}
