package handlers

import (
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	streamSumEvery = time.Minute
	maxEndReasons  = 8 // told apart in a sum; the rest is "other"
)

// streamSum counts the streams that come and go, and records how many did, once a minute
// at most and only if any did. Opening streams costs a client next to nothing, so a
// record of each would let anybody fill the disk; those are for debugging. Its methods
// may be called concurrently.
type streamSum struct {
	logger *slog.Logger

	mu              sync.Mutex
	timer           *time.Timer // runs while there is something to tell
	open            int
	opened, refused int
	ended           map[string]int // by reason
}

func newStreamSum(logger *slog.Logger) *streamSum {
	return &streamSum{logger: logger, ended: make(map[string]int)}
}

func (s *streamSum) openOne() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	s.opened++
	s.tellLater()
}

func (s *streamSum) refuseOne() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused++
	s.tellLater()
}

func (s *streamSum) endOne(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	why := strings.ReplaceAll(reason.Error(), " ", "_")
	if _, known := s.ended[why]; !known && len(s.ended) >= maxEndReasons {
		why = "other"
	}
	s.ended[why]++
	s.tellLater()
}

// tellLater starts the minute, unless it runs. The lock is held.
func (s *streamSum) tellLater() {
	if s.timer == nil {
		s.timer = time.AfterFunc(streamSumEvery, s.tell)
	}
}

// tell records what has been counted since it last did.
func (s *streamSum) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer == nil {
		return
	}
	s.timer.Stop()
	s.timer = nil
	var reasons []any
	total := 0
	for why, n := range s.ended {
		reasons = append(reasons, slog.Int(why, n))
		total += n
	}
	s.logger.Info("streams", "open", s.open, "opened", s.opened, "refused", s.refused, "ended", total, slog.Group("reasons", reasons...))
	s.opened, s.refused = 0, 0
	clear(s.ended)
}
