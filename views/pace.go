package views

import "time"

// fastLog is how many events a second are so many that those who append are to have the
// processors.
const fastLog = 200

// longestRest is what a transaction that took long, such as a merge of the index, is followed by.
const longestRest = time.Minute

// pace keeps a projector to its share of a processor.
type pace struct {
	share float64 // 0 is no limit

	since time.Time // when the log was looked at
	last  uint64    // where it ended then
	fast  bool      // it grows fast
}

// rest returns how long to wait after a transaction. Whoever has a backlog while the log is
// quiet catches up without a pause.
func (p *pace) rest(now time.Time, took time.Duration, last uint64, backlog bool) time.Duration {
	if p.share <= 0 {
		return 0
	}
	const window = time.Second / 4
	if elapsed := now.Sub(p.since); elapsed >= window {
		grown := float64(last - min(p.last, last))
		p.fast = p.last > 0 && grown > fastLog*elapsed.Seconds()
		p.since, p.last = now, last
	}
	if backlog && !p.fast {
		return 0
	}
	return time.Duration(min(float64(took)*(1/p.share-1), float64(longestRest)))
}
