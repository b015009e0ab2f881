package storetest

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"plainchat/store"
)

// Memory is a store.Journal in memory, for tests: what stands in it is lost with it. Its faults are
// set before it is used.
type Memory struct {
	// Uncertain, unless nil, is asked about each batch that has got its places whether to say
	// that nobody knows that.
	Uncertain func() bool
	// Down, unless nil, is asked before each batch why the journal takes nothing now; nil if it does.
	Down func() error
	// Silent, unless nil, is asked before each answer of Bounds why there is none; nil if there is one.
	Silent func() error
	// Before, unless nil, is called before each entry that is followed.
	Before func(ctx context.Context, seq uint64)

	// Erased, unless nil, is called after a place was erased.
	Erased func(seq uint64)
	// Trimmed, unless nil, is called after everything up to a place was trimmed.
	Trimmed func(upto uint64)
	// Now is the time of day; default time.Now.
	Now func() time.Time

	epoch   string
	origin  store.Origin
	mu      sync.Mutex
	entries []*store.Entry // nil where it was erased
	moved   chan struct{}  // closed by the next entry
}

var _ store.Journal = (*Memory)(nil)

// NewMemory returns an empty journal.
func NewMemory(epoch string) *Memory {
	return &Memory{Now: time.Now, epoch: epoch, origin: store.Origin{ID: epoch, First: 1}, moved: make(chan struct{})}
}

// Epoch implements store.Journal.
func (m *Memory) Epoch() string { return m.epoch }

// Origin implements store.Journal.
func (m *Memory) Origin() store.Origin { return m.origin }

// Publish implements store.Journal.
func (m *Memory) Publish(_ context.Context, batch []store.Record) (last uint64, err error) {
	if m.Down != nil {
		if err := m.Down(); err != nil {
			return 0, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.publish(batch)
}

func (m *Memory) publish(batch []store.Record) (last uint64, err error) {
	for _, r := range batch {
		written, err := store.ParseRecord(r.Append(nil))
		if err != nil {
			return 0, err
		}
		m.entries = append(m.entries, &store.Entry{Seq: uint64(len(m.entries)) + 1, Time: m.Now(), Record: written})
	}
	close(m.moved)
	m.moved = make(chan struct{})
	if m.Uncertain != nil && m.Uncertain() {
		return 0, store.ErrUncertain
	}
	return uint64(len(m.entries)), nil
}

// Follow implements store.Journal.
func (m *Memory) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for ctx.Err() == nil {
			entries, moved := m.after(after)
			for _, e := range entries {
				after++
				if e == nil {
					e = &store.Entry{Seq: after, Erased: true}
				}
				if m.Before != nil {
					m.Before(ctx, after)
				}
				if ctx.Err() != nil || !yield(*e, nil) {
					return
				}
			}
			if len(entries) > 0 {
				continue
			}
			select {
			case <-moved:
			case <-ctx.Done():
			}
		}
	}
}

func (m *Memory) after(seq uint64) ([]*store.Entry, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.entries[min(seq, uint64(len(m.entries))):]), m.moved // they may be erased meanwhile
}

// Bounds implements store.Journal.
func (m *Memory) Bounds(context.Context) (first, last uint64, err error) {
	if m.Silent != nil {
		if err := m.Silent(); err != nil {
			return 0, 0, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.origin.First, uint64(len(m.entries)), nil
}

// Trim implements store.Journal.
func (m *Memory) Trim(_ context.Context, upto uint64) error {
	defer func() {
		if m.Trimmed != nil {
			m.Trimmed(upto)
		}
	}()
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.entries[:min(upto, uint64(len(m.entries)))] {
		if e := m.entries[i]; e != nil && !e.Record.Kept() {
			m.entries[i] = nil
		}
	}
	return nil
}

// Lose takes away what stands after a place, as servers do that were not synced before a power cut.
func (m *Memory) Lose(after uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = m.entries[:after]
}

// Erase implements store.Journal.
func (m *Memory) Erase(_ context.Context, seq uint64) error {
	m.mu.Lock()
	if seq >= 1 && seq <= uint64(len(m.entries)) {
		m.entries[seq-1] = nil
	}
	m.mu.Unlock()
	if m.Erased != nil {
		m.Erased(seq)
	}
	return nil
}
