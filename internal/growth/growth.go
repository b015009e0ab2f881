// Package growth has one message grow with what a program writes.
package growth

import (
	"context"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/internal/console"
)

const (
	// Pace is how long there is between two states of a message, at least.
	Pace = 250 * time.Millisecond
	// Sign is how long a message may stay as it is before it is put again as a sign of life: whoever
	// gives none for 30 s is taken for lost.
	Sign = 10 * time.Second
)

// Options say what grows, and where.
type Options struct {
	// Title stands above what is written; empty for none. It is one of package console.
	Title string
	// LeftOut tells in a line of how many lines are not there.
	LeftOut func(lines int) string
	// Put has the message say a text. It is called with the whole text each time, and with the next state
	// only when it has returned.
	Put func(ctx context.Context, text string, s chat.Status) error
	// Retry waits after a Put that failed with err until there may be another, with the text of then. Its
	// error is what Run returns.
	Retry func(ctx context.Context, err error) error
}

// Message is one that grows. Write may be called while Run runs.
type Message struct {
	Options

	mu      sync.Mutex
	screen  console.Screen
	status  chat.Status
	changed chan struct{} // has one if there is something that Run may not know
	said    string        // the last text that was put
}

// New returns a message in which nothing is written yet.
func New(opts Options) *Message {
	return &Message{Options: opts, changed: make(chan struct{}, 1), status: chat.Status{State: chat.Running}}
}

// Write implements io.Writer. It never waits for a Put, and never fails.
func (m *Message) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.tell()
	return m.screen.Write(p)
}

// End tells Run how it ended. Nothing is to be written after it.
func (m *Message) End(s chat.Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.tell()
	m.status = s
}

func (m *Message) tell() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

func (m *Message) now() (text string, s chat.Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.screen.Message(m.Title, m.LeftOut), m.status
}

// Run puts the message, from its first text on, until what End has told is put. It returns the error of
// Retry, or ctx's. A message that never has a text is not put.
func (m *Message) Run(ctx context.Context) error {
	for {
		text, status := m.now()
		ended := status.State != chat.Running
		if text != "" {
			if err := m.Put(ctx, text, status); err != nil {
				if err := m.Retry(ctx, err); err != nil {
					return err
				}
				continue
			}
		}
		if ended {
			return nil
		}
		m.said = text
		if err := m.await(ctx); err != nil {
			return err
		}
	}
}

// await returns when there is something to put, and the pace allows it.
func (m *Message) await(ctx context.Context) error {
	sign := time.NewTimer(Sign)
	defer sign.Stop()
	for {
		if !wait(ctx, Pace) {
			return ctx.Err()
		}
		select {
		case <-m.changed:
		case <-sign.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		if text, status := m.now(); text != m.said || status.State != chat.Running {
			return nil
		}
	}
}

// wait reports whether ctx lasts so long.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
