package webhooks

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// delays are how long after the one before it each try is made: Standard Webhooks recommends
// them. After the last one a delivery is given up, some two days after the first.
var delays = [...]time.Duration{
	0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour,
}

const (
	// jitter is by how much of itself a delay is longer or shorter, so that what failed at the
	// same time is not all tried again at the same time.
	jitter = 0.1
	// maxRetryAfter is the longest that a receiver can have itself spared.
	maxRetryAfter = 24 * time.Hour
)

// pause returns how long to wait after a number of tries have failed, the first of them being
// 1, and false if there is to be no other. It is never shorter than the receiver has asked
// for, up to maxRetryAfter. chance is from 0 to 1.
func pause(tries int, asked time.Duration, chance float64) (time.Duration, bool) {
	if tries >= len(delays) {
		return 0, false
	}
	delay := float64(delays[tries]) * (1 - jitter + 2*jitter*chance)
	return max(time.Duration(delay), min(asked, maxRetryAfter)), true
}

// retryAfter reads the header Retry-After (RFC 9110), which is a number of seconds or a date;
// 0 if it is neither, or has passed. It is at most maxRetryAfter.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if at, err := http.ParseTime(header); err == nil {
		return min(max(0, at.Sub(now)), maxRetryAfter)
	}
	if header == "" || strings.Trim(header, "0123456789") != "" {
		return 0
	}
	seconds, err := strconv.ParseUint(header, 10, 64)
	if most := uint64(maxRetryAfter / time.Second); err != nil || seconds > most { // of digits alone, it is too large
		seconds = most
	}
	return time.Duration(seconds) * time.Second // #nosec G115 -- it is below most
}
