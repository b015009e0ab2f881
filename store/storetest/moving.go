package storetest

import (
	"context"
	"errors"
	"fmt"

	"plainchat/store"
)

// Moving is a Memory that a log can be moved into, and away from.
type Moving struct {
	*Memory
	// Fails, unless nil, is asked before each step whether it fails, as it does when the program is
	// killed.
	Fails func(step string) error
	// Kept is what all logs share.
	Kept []byte
	// Done is that the log was moved into it, and Left that it was moved away.
	Done, Left bool
	begun      int // how often
}

var (
	_ store.Destination = (*Moving)(nil)
	_ store.Source      = (*Moving)(nil)
)

func (m *Moving) fails(step string) error {
	if m.Fails == nil {
		return nil
	}
	return m.Fails(step)
}

// Begin implements store.Destination.
func (m *Moving) Begin(_ context.Context, epoch string, first, last uint64) (begun, done bool, err error) {
	if m.Memory != nil {
		return true, m.Done, m.fails("begin")
	}
	m.begun++
	m.Memory = NewMemory(epoch)
	m.origin = store.Origin{ID: fmt.Sprint(epoch, " ", m.begun), First: first, Moved: last}
	m.entries = make([]*store.Entry, first-1)
	return false, false, m.fails("begin")
}

// Resume implements store.Destination.
func (m *Moving) Resume(context.Context) (done bool, err error) {
	if m.Memory == nil {
		return false, errors.New("there is no journal")
	}
	return m.Done, m.fails("resume")
}

// PublishAfter implements store.Destination.
func (m *Moving) PublishAfter(_ context.Context, last uint64, batch []store.Record) error {
	if err := m.fails("publish"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if last != uint64(len(m.entries)) {
		return errors.New("wrong last sequence")
	}
	_, err := m.publish(batch)
	return err
}

// KeepSecret implements store.Destination.
func (m *Moving) KeepSecret(_ context.Context, secret []byte) error {
	m.Kept = secret
	return m.fails("secret")
}

// Remove implements store.Destination.
func (m *Moving) Remove(context.Context) error {
	m.Memory = nil
	return m.fails("remove")
}

// Finish implements store.Destination.
func (m *Moving) Finish(context.Context) error {
	if err := m.fails("finish"); err != nil {
		return err
	}
	m.Done = true
	return nil
}

// Secret implements store.Source.
func (m *Moving) Secret(context.Context, []byte) ([]byte, error) {
	return m.Kept, m.fails("read secret")
}

// MarkLeft implements store.Source.
func (m *Moving) MarkLeft(context.Context) error {
	if err := m.fails("left"); err != nil {
		return err
	}
	m.Left = true
	return nil
}
