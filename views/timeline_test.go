package views_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// asStands returns a message of a story as it should be read by somebody.
func (s *story) asStands(f *fate, asker string) views.Message {
	m := views.Message{Event: f.event, Edited: f.edited, Deleted: f.deleted, Pinned: f.pinned}
	if !f.deleted {
		m.Replies = s.replies(f.event.ID.Seq)
	}
	for _, have := range f.reactions {
		r := views.Reaction{Emoji: have.emoji, Count: len(have.people)}
		for _, p := range have.people {
			r.Names = append(r.Names, string(p.Name))
			if p.Key() == asker && !r.Mine {
				r.Mine, r.MineAs = true, string(p.Name)
			}
		}
		m.Reactions = append(m.Reactions, r)
	}
	if target := s.now[f.event.Body.Target()]; target != nil {
		line, _, _ := strings.Cut(target.event.Text(), "\n")
		m.Quote = &views.Quote{ID: target.event.ID, From: target.event.From.Name, Text: line, Deleted: target.deleted}
	}
	return m
}

// check compares what is read with what should be.
func (s *story) check(t *testing.T, p *views.Projector, how string) {
	t.Helper()
	first, _, err := s.log.Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.forget(first)
	messages := views.NewMessages(s.log, p)
	s.checkPlaces(t, messages, how)
	asker := pick(s, storyPeople).Key()
	for _, room := range storyRooms {
		var want []views.Message
		for _, seq := range s.order {
			if f := s.now[seq]; f.event.Room == room {
				want = append(want, s.asStands(f, asker))
			}
		}
		h, err := messages.Page(t.Context(), views.Page{Page: store.Page{Room: room, Limit: 10_000}, Asker: asker})
		if err != nil {
			t.Fatal(err)
		}
		for i := range max(len(h.Messages), len(want)) {
			if i < len(h.Messages) && i < len(want) {
				asked, should := told(h.Messages[i].Ask), s.now[want[i].ID.Seq].ask.question(asker)
				if asked != should {
					t.Fatalf("%s: the question is\n%s\nwant\n%s", how, asked, should)
				}
				h.Messages[i].Ask = nil
			}
			if i >= len(h.Messages) || i >= len(want) || !reflect.DeepEqual(h.Messages[i], want[i]) {
				t.Fatalf("%s: %s has %d messages, want %d; of them number %d:\n%s\nwant\n%s", how, room, len(h.Messages), len(want), i,
					show(h.Messages, i), show(want, i))
			}
		}
	}
}

func show(messages []views.Message, i int) string {
	if i >= len(messages) {
		return "none"
	}
	return string(messages[i].AppendJSON(nil))
}

// dump returns all that is in tables.
func dump(t *testing.T, p *views.Projector, tables string) (lines []string) {
	t.Helper()
	err := p.Read(t.Context(), func(ctx context.Context, db *sql.DB) error {
		names, err := texts(ctx, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ? ORDER BY name", tables)
		for _, table := range names {
			columns, err := texts(ctx, db, "SELECT group_concat('quote(' || name || ')', ' || '' '' || ') FROM pragma_table_info(?)", table)
			if err != nil {
				return err
			}
			rows, err := texts(ctx, db, fmt.Sprintf("SELECT '%s ' || %s AS row FROM %s ORDER BY row", table, columns[0], table))
			if err != nil {
				return err
			}
			lines = append(lines, rows...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func texts(ctx context.Context, db *sql.DB, query string, args ...any) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// Whatever happens, a view that saw it all, one that was closed and opened in between, and one
// built anew from what is left say what the events mean, while retention removes the oldest.
func TestMessagesAsTheyStand(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tell(t, seed) })
		})
	}
}

func tell(t *testing.T, seed uint64) {
	const events, checked = 500, 20
	dir := t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Retention: time.Hour, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	keep := func(name string) *views.Projector {
		return views.Start(views.Options{Path: filepath.Join(dir, name), Log: log, Views: views.All, Logger: quiet, Share: float64(seed%2) / 10})
	}
	live, resumed := keep("live.db"), keep("resumed.db")
	defer func() { live.Close(); resumed.Close() }()
	s := newStory(seed, log)
	for n := range events {
		time.Sleep(time.Duration(s.rand.IntN(30_000)) * time.Millisecond)
		synctest.Wait()
		s.next(t)
		if n%checked > 0 {
			continue
		}
		s.check(t, live, "kept")
		s.checkRooms(t, live, "kept")
		s.check(t, resumed, "resumed")
		s.checkRooms(t, resumed, "resumed")
		resumed.Close()
		resumed = keep("resumed.db")
		viewstest.Settle(t, resumed)
	}
	if s.order[0] == 1 {
		t.Error("retention has removed nothing")
	}
	anew := keep("anew.db")
	defer anew.Close()
	viewstest.Settle(t, anew)
	s.check(t, anew, "built anew")
	s.checkRooms(t, anew, "built anew")
	time.Sleep(2 * time.Hour)
	for name, p := range map[string]*views.Projector{"kept": live, "resumed": resumed, "built anew": anew} {
		if left := append(dump(t, p, "timeline_%"), dump(t, p, "asks_%")...); len(left) > 0 {
			t.Errorf("%s: retention has left\n%s", name, strings.Join(left, "\n"))
		}
	}
}

// What no log has, and a page never asks for, does no harm: things about messages that are
// deleted, or are not there.
func TestTimelineOfNothing(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one", "two")
	p := start(t, views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
	bodies := []chat.Body{
		chat.Edit{Of: 1, Text: "1"}, chat.Pin{Of: 1}, chat.Reaction{Of: 1, Emoji: "👍"},
		chat.Delete{Of: 1}, chat.Edit{Of: 1, Text: "one"}, chat.Pin{Of: 1}, chat.Reaction{Of: 1, Emoji: "👍"},
		chat.Reaction{Of: 2, Emoji: "👍", Removed: true},
		chat.Edit{Of: 100, Text: "?"}, chat.Pin{Of: 100}, chat.Reaction{Of: 100, Emoji: "👍"},
		chat.Answer{Of: 2, Choice: "yes"}, chat.Ask{Of: 100, Choices: "yes\nno"},
	}
	viewstest.Settle(t, p)
	for range 2 { // each twice, too
		for _, body := range bodies {
			seq := log.Append("r", "Ann", body)
			if _, is := body.(chat.Edit); is {
				continue // an edit of what is deleted never comes
			}
			if err := p.Await(t.Context(), seq); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{"timeline_messages 1 NULL NULL 1 0 NULL 0 0 0 0", "timeline_messages 100 '?' 24 0 1 NULL 0 0 0 1", "timeline_reactions 100 '👍' 'Ann' ':ann' 13", "timeline_emoji 100 '👍' 13 1"}
	if got := dump(t, p, "timeline_%"); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("the view has\n%s", strings.Join(got, "\n"))
	}
}
