package cluster

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"plainchat/store"
)

const (
	// fillTries is how many times the servers are asked for what one of them has not: each time another
	// may answer. That all answers come from one of three happens once in half a million times.
	fillTries = 12
	// fewTries is how many times they are asked before the nodes are.
	fewTries = 3
	// fillRounds is how many times all are asked for what nobody has, before it is missing: one may
	// have just started.
	fillRounds = 3
)

// Counts are what a journal counts. They may be read at any time.
type Counts struct {
	Missing    atomic.Int64 // places whose records nobody had
	Reconnects atomic.Int64 // times that there was a connection again
	Repaired   atomic.Int64 // places whose records one server had not, and another, or a node, had
}

// warnEvery is how often it is told of what was repaired.
const warnEvery = 10 * time.Second

// fill looks for what the first answer lacks. What is left without an entry was erased, but for the
// places that it returns.
//
// A server may have lost records, and takes them for erased then: see erasures.
func (f *following) fill(ctx context.Context, p *places) (missing []span, err error) {
	if len(p.holes()) == 0 {
		return nil, nil
	}
	known := len(p.entries) > 0 // a server that has nothing yet lags
	s := &search{following: f, places: p, began: time.Now()}
	for round := range fillRounds {
		if round > 0 {
			select {
			case <-time.After(attempt):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if missing, err = s.run(ctx); err != nil || len(missing) == 0 {
			break
		}
	}
	if known {
		f.reportRepaired(s)
	}
	return missing, err
}

// search is the looking for what some places have.
type search struct {
	*following
	places    *places
	explained []span // by other nodes
	found     []store.Entry
	began     time.Time
}

// left returns the places of which nothing is known yet.
func (s *search) left() []span {
	return outside(s.erased.unexplained(s.places.holes()), s.explained)
}

// run asks all that may know. It returns the places that are missing as far as that is known now.
func (s *search) run(ctx context.Context) ([]span, error) {
	for _, ask := range []func(context.Context) error{s.askErased, s.askFewServers, s.askNodesFirst, s.askServers, s.askErasedSince, s.askLeader, s.askNodes} {
		if len(s.left()) == 0 {
			return nil, nil
		}
		if err := ask(ctx); err != nil {
			return nil, err
		}
	}
	return s.missing(), nil
}

// missing returns what is left and was not erased, once all were asked.
func (s *search) missing() []span {
	left := s.left()
	switch {
	case len(left) == 0, !s.erased.listed && !s.erased.lossy: // none of the servers has it: it was erased
		return nil
	case s.erased.lossy:
		return left
	}
	return s.erased.unlisted(left)
}

// askErased asks what was erased, unless that was asked for just before.
func (s *search) askErased(ctx context.Context) error {
	if s.erased != nil && time.Since(s.erased.asked) < erasuresFresh {
		return nil
	}
	return s.refresh(ctx)
}

// askErasedSince asks what was erased since this began, if something is missing otherwise.
func (s *search) askErasedSince(ctx context.Context) error {
	if s.erased.asked.After(s.began) || len(s.missing()) == 0 {
		return nil
	}
	return s.refresh(ctx)
}

func (s *search) refresh(ctx context.Context) error {
	erased, err := s.askErasures(ctx)
	if err == nil {
		s.erased = erased
	}
	return err
}

// askFewServers asks the servers again, but not so often that one that has lost something can be ruled out.
func (s *search) askFewServers(ctx context.Context) error { return s.tryServers(ctx, fewTries) }

// askNodesFirst asks another node early where there are too many erased places to list them. A node cannot tell what
// was erased from what is no event.
func (s *search) askNodesFirst(ctx context.Context) error {
	if !s.erased.trusted || s.erased.listed {
		return nil
	}
	return s.askNodes(ctx)
}

// askServers asks the servers again, until all of them will have answered.
func (s *search) askServers(ctx context.Context) error { return s.tryServers(ctx, fillTries) }

func (s *search) tryServers(ctx context.Context, tries int) error {
	for range tries {
		if len(s.left()) == 0 {
			return nil
		}
		entries, err := s.batch(ctx, s.places.from)
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			s.add(entries, lastOf(entries))
		}
	}
	return nil
}

// askLeader asks the leader, which is some server that may not have answered yet.
func (s *search) askLeader(ctx context.Context) error {
	if !s.erased.trusted || !s.erased.listed { // what is left is not known to stand there
		return nil
	}
	for _, hole := range s.left() {
		for from := hole.From; from <= hole.Upto; {
			e, err := s.next(ctx, from)
			if errors.Is(err, errNothing) || errors.Is(err, store.ErrRecord) || err == nil && e.Seq > hole.Upto {
				break
			}
			if err != nil {
				return err
			}
			s.add([]store.Entry{e}, s.places.upto)
			from = e.Seq + 1
		}
	}
	return nil
}

// askNodes asks other nodes of the chat, which have what they have followed in their own logs.
func (s *search) askNodes(ctx context.Context) error {
	for try := 0; try < nodeTries; {
		left := s.left()
		if len(left) == 0 {
			return nil
		}
		if len(left) > maxSpans {
			left = left[:maxSpans]
		}
		told, err := s.askNode(ctx, left)
		if errors.Is(err, errNoNodes) {
			return nil
		}
		if err != nil {
			return err
		}
		if told == nil || count(told.unknown) == count(left) {
			try++
			continue
		}
		s.add(told.entries, s.places.upto)
		s.explained = append(s.explained, outside(left, told.unknown)...)
		slices.SortFunc(s.explained, func(a, b span) int { return cmp.Compare(a.From, b.From) })
	}
	return nil
}

// add takes in what somebody has of the places, up to one of them.
func (s *search) add(entries []store.Entry, upto uint64) {
	s.found = append(s.found, s.places.merge(entries, upto)...)
}

// reportRepaired tells of what one server has lost and others have.
func (f *following) reportRepaired(s *search) {
	repaired := count(s.erased.unexplained(spansOf(s.found)))
	if repaired == 0 {
		return
	}
	f.counts.Repaired.Add(repaired)
	if now := time.Now(); now.Sub(f.warned) > warnEvery {
		f.warned = now
		f.opts.Logger.Warn("a NATS server has lost entries, which were taken from others; see plainchat check",
			"from", s.found[0].Seq, "upto", lastOf(s.found), "entries", len(s.found), "known", f.damagedServers())
	}
}
