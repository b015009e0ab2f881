package store_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

// What once made the logs of one journal differ.

func publishAll(t *testing.T, j store.Journal, records ...store.Record) uint64 {
	t.Helper()
	for i := range records {
		records[i].ID = store.NewRecordID()
	}
	last, err := j.Publish(t.Context(), records)
	if err != nil {
		t.Fatal(err)
	}
	return last
}

func aMessage(text string, replyTo uint64) store.Record {
	return store.Record{Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text, ReplyTo: replyTo}}}
}

func reach(t *testing.T, log *store.Replica, seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if reached, err := log.Reach(ctx, seq); !reached || err != nil {
		t.Fatalf("Reach(%d) = %v, %v", seq, reached, err)
	}
}

func sameRows(t *testing.T, a, b string, expired uint64) {
	t.Helper()
	if want, got := rowsOf(t, a, expired), rowsOf(t, b, expired); !slices.Equal(want, got) {
		t.Errorf("the logs differ, of %d and %d rows: %s", len(want), len(got), difference(want, got))
	}
}

// holdAt has whoever follows a journal wait at a place until goOn is closed.
func holdAt(journal *storetest.Memory, place uint64, goOn <-chan struct{}) {
	journal.Before = func(ctx context.Context, seq uint64) {
		if seq == place {
			select {
			case <-goOn:
			case <-ctx.Done():
			}
		}
	}
}

// A transaction in which retention has passed something, and that fails, has passed nothing.
func TestReplicaWhoseDiskIsFull(t *testing.T) {
	journal, goOn, tried := storetest.NewMemory("e1"), make(chan struct{}), make(chan struct{}, 1)
	holdAt(journal, 11, goOn)
	hold := journal.Before
	var visits atomic.Int64
	journal.Before = func(ctx context.Context, seq uint64) {
		if hold(ctx, seq); seq == 11 {
			if visits.Add(1) == 2 {
				tried <- struct{}{}
			}
		}
	}
	dirs := []string{t.TempDir(), t.TempDir()}
	full := openReplica(t, dirs[0], journal)
	for n := range 10 {
		say(t, full, "r", fmt.Sprint(n))
	}
	records := []store.Record{aMessage("a reply to what is there", 5), {Void: true, Expired: 6}}
	for range 100 {
		records = append(records, aMessage(strings.Repeat("x", 3000), 0))
	}
	last := publishAll(t, journal, records...)
	var pages int
	if err := full.Conn().QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		if err := full.Conn().QueryRowContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", n)).Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 3)
	close(goOn)
	<-tried // and failed, so that it follows once more
	limit(1 << 30)
	reach(t, full, last)
	other := openReplica(t, dirs[1], journal)
	reach(t, other, last)
	closeAll(t, full)
	closeAll(t, other)
	sameRows(t, dirs[1], dirs[0], 6)
}

// A log that was away while retention passed a key, and the record of that grew old itself, takes in
// what has the key now.
func TestReplicaAwayLongerThanRetention(t *testing.T) {
	store.WithoutDelays(t)
	journal := storetest.NewMemory("e1")
	trimmed := make(chan uint64, 10)
	journal.Trimmed = func(upto uint64) { trimmed <- upto }
	dirs := []string{t.TempDir(), t.TempDir()}
	stays, away := openReplica(t, dirs[0], journal), openReplica(t, dirs[1], journal)
	daily := func(text string) uint64 {
		d := chat.Draft{Room: "r", From: chat.Person{Name: "bot"}, Key: "daily", Body: chat.Message{Text: text}}
		ev, duplicate, err := stays.Append(t.Context(), d)
		if err != nil || duplicate {
			t.Fatal(duplicate, err)
		}
		return ev.ID.Seq
	}
	monday := daily("monday")
	reach(t, away, monday)
	closeAll(t, away)
	publishAll(t, journal, store.Record{Void: true, Expired: monday})
	filler := say(t, stays, "r", "something").ID.Seq
	daily("tuesday")
	last := publishAll(t, journal, store.Record{Void: true, Expired: filler})
	for upto := uint64(0); upto < filler; upto = <-trimmed {
	}
	away = openReplica(t, dirs[1], journal)
	reach(t, away, last)
	closeAll(t, stays)
	closeAll(t, away)
	sameRows(t, dirs[0], dirs[1], filler)
}

// What is old by the clock of one machine, and not by that of the journal, stays.
func TestRetentionByTheJournalsClock(t *testing.T) {
	store.WithoutDelays(t)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var now atomic.Int64 // since then
	journal := storetest.NewMemory("e1")
	journal.Now = func() time.Time { return start.Add(time.Duration(now.Load())) }
	dir := t.TempDir()
	open := func() *store.Replica {
		ahead := func() time.Time { return journal.Now().Add(24 * time.Hour) }
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet, Retention: time.Hour, Now: ahead}, journal)
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	log := open()
	first := say(t, log, "r", "young").ID.Seq
	closeAll(t, log)
	log = open() // which looks for what is old
	for e, err := range journal.Follow(t.Context(), first) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Record.Expired > 0 && e.Time.Before(start.Add(time.Hour)):
			t.Fatalf("%d is passed at %v", e.Record.Expired, e.Time)
		case e.Record.Expired > 0:
			closeAll(t, log)
			return
		case now.Load() == 0: // it has asked for the time
			closeAll(t, log)
			now.Store(int64(2 * time.Hour))
			log = open()
		}
	}
}

// forgetful is a journal whose leader was frozen, and tells for a while how far it went before.
type forgetful struct {
	*storetest.Memory
	stale   atomic.Int64 // how often yet
	recalls chan struct{}
}

func (f *forgetful) Bounds(ctx context.Context) (first, last uint64, err error) {
	switch n := f.stale.Add(-1); {
	case n > 0:
		return 1, 2, nil
	case n == 0:
		close(f.recalls)
	}
	return f.Memory.Bounds(ctx)
}

// What a leader that was frozen does not know of is waited for: there is no gap.
func TestReachWithAFrozenLeader(t *testing.T) {
	journal := &forgetful{Memory: storetest.NewMemory("e1"), recalls: make(chan struct{})}
	holdAt(journal.Memory, 4, journal.recalls)
	log := openReplica(t, t.TempDir(), journal)
	for n := range 3 {
		say(t, log, "r", fmt.Sprint(n))
	}
	last := publishAll(t, journal, aMessage("what another node has served", 0))
	journal.stale.Store(3)
	reach(t, log, last)
}

// reluctant is a journal that does not erase one place yet.
type reluctant struct {
	*storetest.Memory
	place uint64
}

func (r *reluctant) Erase(ctx context.Context, seq uint64) error {
	if seq == r.place {
		<-ctx.Done()
		return ctx.Err()
	}
	return r.Memory.Erase(ctx, seq)
}

// lagging is followed up to a place only, until goOn is closed.
type lagging struct {
	store.Journal
	place uint64
	goOn  chan struct{}
}

func (l *lagging) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for e, err := range l.Journal.Follow(ctx, after) {
			if e.Seq > l.place {
				select {
				case <-l.goOn:
				case <-ctx.Done():
					return
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// A reply to an edit is refused, also where the message and the edit are gone meanwhile.
func TestReplyToAnEditThatIsGone(t *testing.T) {
	store.WithoutDelays(t)
	journal := &reluctant{Memory: storetest.NewMemory("e1"), place: 5}
	erased := make(chan uint64, 10)
	journal.Erased = func(seq uint64) { erased <- seq }
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	lag := &lagging{Journal: journal, place: 3, goOn: make(chan struct{})}
	log, behind := openReplica(t, dirs[0], journal), openReplica(t, dirs[1], lag)
	add := func(log *store.Replica, body chat.Body) (uint64, error) {
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: body})
		return ev.ID.Seq, err
	}
	message, _ := add(log, chat.Message{Text: "x"})
	edit, err := add(log, chat.Edit{Of: message, Text: "y"})
	if err != nil {
		t.Fatal(err)
	}
	reach(t, behind, edit)
	say(t, log, "r", "something")
	deletion, err := add(log, chat.Delete{Of: message})
	if err != nil {
		t.Fatal(err)
	}
	var answered sync.WaitGroup
	refused := make(chan struct{})
	answered.Go(func() {
		defer close(refused)
		if _, err := add(behind, chat.Message{Text: "about the edit", ReplyTo: edit}); err == nil {
			t.Error("a reply to an edit was taken in")
		}
	})
	<-erased
	<-erased // the message and its edit
	published := make(chan struct{})
	answered.Go(func() {
		for range journal.Follow(t.Context(), deletion) {
			close(published)
			return
		}
	})
	select {
	case <-refused: // before it was published
		publishAll(t, journal, store.Record{Void: true}) // so that something is
	case <-published:
		reach(t, log, deletion+1)
	}
	_, last, _ := journal.Bounds(t.Context())
	late := openReplica(t, dirs[2], journal)
	reach(t, late, last)
	close(lag.goOn)
	answered.Wait()
	closeAll(t, log)
	closeAll(t, late)
	sameRows(t, dirs[0], dirs[2], 0)
}
