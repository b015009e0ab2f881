package views_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// A deletion does not wait for a projector that rests, and nothing comes back when its turn is.
func TestDeletionAhead(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one", "two")
	opts := options(filepath.Join(t.TempDir(), "views.db"), log)
	opts.Share = 1e-9 // rests for as long as it may
	p := views.Start(opts)
	viewstest.Settle(t, p)
	log.Say("r", "three", "four")
	moved := p.Moved()
	log.Append("r", "Ann", chat.Delete{Of: 1})
	<-moved
	if status, err := p.Status(t.Context()); err != nil || status.Position != 2 || status.Last != 5 {
		t.Errorf("Status = %+v, %v", status, err)
	}
	wantLines(t, p, "2 r two")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	log.Append("r", "Ann", chat.Delete{Of: 3})
	opts.Share = 0.5
	p = start(t, opts)
	wantContent(t, p, "2 r two", "4 r four")
}

// An event that was read before its text was deleted is not applied after the deletion.
func TestOvertaken(t *testing.T) {
	for n := range 20 {
		log, blocked := viewstest.New(), make(chan struct{})
		log.Say("r", "one")
		opts := options(filepath.Join(t.TempDir(), "views.db"), log)
		opts.Share = 0.9
		first := true
		opts.OnApplied = func(int, time.Duration) {
			if first {
				first = false
				<-blocked
			}
		}
		p := start(t, opts)
		log.Say("r", fmt.Sprint("two ", n))
		log.Append("r", "Ann", chat.Delete{Of: 2})
		close(blocked)
		wantContent(t, p, "1 r one")
	}
}
