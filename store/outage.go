package store

import (
	"errors"
	"log/slog"
	"sync"
	"time"
)

// electionTime is longer than a journal takes to choose another leader: an append is not waited for, and
// a journal not believed to be well, for longer.
const electionTime = 12 * time.Second

// outage is how long a journal has taken nothing. While that is for longer than an election, one record at a time is
// tried, to see whether it does again, and others are refused at once.
type outage struct {
	logger *slog.Logger

	mu     sync.Mutex
	since  time.Time // of the first failure after the last success; zero if there is none
	last   time.Time // of the last failure
	lasts  bool      // it was told of, and is not over
	trying bool      // to find out whether it is
}

// admit reports whether a record may be published.
func (o *outage) admit() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lasts && o.trying {
		return false
	}
	o.trying = o.lasts
	return true
}

// failed notes a failure, and reports whether the outage lasts.
func (o *outage) failed(err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trying = false
	if errors.Is(err, ErrFull) { // it has answered
		return o.lasts
	}
	now := time.Now()
	if o.since.IsZero() || now.Sub(o.last) > 2*attemptTime { // nobody has tried since
		o.since = now
	}
	o.last = now
	if !o.lasts && time.Since(o.since) >= electionTime {
		o.lasts = true
		o.logger.Error("messages are refused, as NATS stores nothing at present: a majority of its servers has to run, and to be reached", "err", err)
	}
	return o.lasts
}

// ended notes that nobody waits for what was tried any more.
func (o *outage) ended() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trying = false
}

// succeeded ends the outage.
func (o *outage) succeeded() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lasts {
		o.logger.Info("messages are stored again", "after", time.Since(o.since).Round(time.Second))
	}
	o.since, o.lasts, o.trying = time.Time{}, false, false
}
