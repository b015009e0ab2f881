package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
)

// Whoever reads a log in which a message was deleted finds the deletion, and in a page of
// history the place where the message was.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	one := say(t, log, "r", "one")
	secret, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "k", Body: chat.Message{Text: "hush-hush"}})
	if err != nil {
		t.Fatal(err)
	}
	post(t, log, "r", chat.Edit{Of: secret.ID.Seq, Text: "more hush-hush"})
	reply := post(t, log, "r", chat.Message{Text: "really?", ReplyTo: secret.ID.Seq})
	deletion := post(t, log, "r", chat.Delete{Of: secret.ID.Seq})
	for range 2 {
		for _, read := range []func(func(chat.Event, error) bool){log.Read(t.Context(), 0, 100), log.Read(t.Context(), 0, 100, "r")} {
			if events, damaged := readAll(t, read); len(damaged) > 0 || fmt.Sprint(events) != fmt.Sprint([]chat.Event{one, reply, deletion}) {
				t.Errorf("Read gives %+v, damage at %v", events, damaged)
			}
		}
		page, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 9})
		if err != nil || len(page) != 3 || page[1].ID != secret.ID || page[1].From.Name != "me" || page[1].Body != (chat.Erased{Was: secret.Kind()}) {
			t.Errorf("Page gives %+v, %v", page, err)
		}
		for _, body := range []chat.Body{chat.Edit{Of: secret.ID.Seq, Text: "x"}, chat.Reaction{Of: secret.ID.Seq, Emoji: "👍"}, chat.Delete{Of: secret.ID.Seq}} {
			if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", Body: body}); !errors.Is(err, store.ErrNoTarget) {
				t.Errorf("%+v: %v", body, err)
			}
		}
		_, _, err = log.Append(t.Context(), chat.Draft{Room: "r", From: secret.From, Key: secret.Key, Body: secret.Body})
		if gone, ok := errors.AsType[*store.Deleted](err); !ok || gone.First != secret.ID {
			t.Errorf("a late retry gets %v", err)
		}
		log.Close()
		log = open(t, dir)
	}
	log.Close()
	wantNone(t, dir, "hush-hush")
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() || found.Events != 5 {
		t.Errorf("Check: %+v, %v", found, err)
	}
}

// A damaged edit, or message, is deleted with the rest, and is still reported.
func TestEraseDamaged(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	one, two := say(t, log, "r", "one"), say(t, log, "r", "two")
	edit := post(t, log, "r", chat.Edit{Of: two.ID.Seq, Text: "two again"})
	log.Close()
	tamper(t, dir, fmt.Sprintf(`UPDATE log SET body = 'hush' WHERE seq = %d; UPDATE log SET body = '{"of":2,"text":"hush"}' WHERE seq = %d`, one.ID.Seq, edit.ID.Seq))
	log = open(t, dir)
	post(t, log, "r", chat.Delete{Of: one.ID.Seq})
	post(t, log, "r", chat.Delete{Of: two.ID.Seq})
	log.Close()
	wantNone(t, dir, "hush")
	found, err := repair.Check(t.Context(), dir)
	if err != nil || fmt.Sprint(errors.Join(found.Problems...)) != "event 1 is damaged: its checksum does not match\nevent 3 is damaged: its checksum does not match" {
		t.Errorf("Check: %+v, %v", found, err)
	}
}

// What is about a message is of its room, and the message is there.
func TestTarget(t *testing.T) {
	log := open(t, t.TempDir())
	one := say(t, log, "r", "one")
	reaction := post(t, log, "r", chat.Reaction{Of: one.ID.Seq, Emoji: "👍"})
	for _, d := range []chat.Draft{
		{Room: "other", Body: chat.Edit{Of: one.ID.Seq, Text: "x"}},
		{Room: "r", Body: chat.Edit{Of: reaction.ID.Seq, Text: "x"}},
		{Room: "r", Body: chat.Message{Text: "x", ReplyTo: 99}},
		{Room: "r", Body: chat.Pin{Of: 1 << 60}},
	} {
		if _, _, err := log.Append(t.Context(), d); !errors.Is(err, store.ErrNoTarget) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if next := say(t, log, "r", "next"); next.ID.Seq != 3 {
		t.Errorf("a refused event took a position: %s", next.ID)
	}
}

// However messages lie on the pages of the database, long and short, deleted in any order:
// a while later no file has a word of them, and those that stay are whole.
func TestErasedIsErased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		log := open(t, dir)
		defer log.Close()
		rng := rand.New(rand.NewPCG(3, 4))
		const count = 600
		words := func(n, version int) string {
			word := fmt.Sprintf("w%d-%d.%x ", n, version, n*7919)
			return strings.Repeat(word, 1+rng.IntN(1+[]int{3, 60, 900}[rng.IntN(3)]))
		}
		texts := make(map[uint64][]string) // of each message
		var order []uint64
		for n := range count {
			text := words(n, 0)
			ev := post(t, log, chat.Room([]string{"a", "b"}[n%2]), chat.Message{Text: clip(text)})
			texts[ev.ID.Seq] = append(texts[ev.ID.Seq], word(text))
			order = append(order, ev.ID.Seq)
			if rng.IntN(4) == 0 {
				text = words(n, 1)
				post(t, log, ev.Room, []chat.Body{
					chat.Edit{Of: ev.ID.Seq, Text: clip(text)},
					chat.Update{Of: ev.ID.Seq, Text: clip(text)},
					chat.Update{Of: ev.ID.Seq, Text: clip(text), Replaces: true},
				}[rng.IntN(3)])
				texts[ev.ID.Seq] = append(texts[ev.ID.Seq], word(text))
			}
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for len(order) > 20 {
			some := order[:min(len(order), 97)]
			var gone []string
			for _, seq := range some {
				events, _ := readAll(t, log.Read(t.Context(), seq-1, seq))
				post(t, log, events[0].Room, chat.Delete{Of: seq})
				gone = append(gone, texts[seq]...)
			}
			time.Sleep(time.Minute) // of the bubble
			synctest.Wait()
			wantNone(t, dir, gone...)
			order = order[len(some):]
		}
		for _, seq := range order {
			if events, damaged := readAll(t, log.Read(t.Context(), seq-1, seq)); len(events) != 1 || len(damaged) > 0 {
				t.Errorf("message %d is gone too: %+v", seq, events)
			}
		}
	})
}

func word(text string) string { return strings.Fields(text)[0] + " " }

func clip(text string) string { return text[:min(len(text), chat.MaxTextLength)] }

// wantNone fails if a file of the folder holds one of the texts.
func wantNone(t *testing.T, dir string, texts ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, text := range texts {
			if bytes.Contains(content, []byte(text)) {
				found++
			}
		}
		if found > 0 {
			t.Errorf("%s has %d of %d texts that were erased", entry.Name(), found, len(texts))
		}
	}
}

// What comes after erased events is read, be they some of a page or all of several.
func TestReadOverErased(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	const said = 1000
	var want []uint64
	for seq := uint64(1); seq <= said; seq++ {
		say(t, log, "r", fmt.Sprint("number ", seq))
	}
	for seq := uint64(1); seq <= said; seq++ {
		if erased := seq == 7 || seq > 100 && seq <= 700; !erased {
			want = append(want, seq)
			continue
		}
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Delete{Of: seq}}); err != nil {
			t.Fatal(err)
		}
	}
	log.Close()
	log = open(t, dir) // with nothing of it in memory
	for _, rooms := range [][]chat.Room{nil, {"r"}, {"r", "s"}} {
		var got []uint64
		for ev, err := range log.Read(t.Context(), 0, said, rooms...) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, ev.ID.Seq)
		}
		if !slices.Equal(got, want) {
			t.Errorf("of the rooms %q it reads %d events, want %d", rooms, len(got), len(want))
		}
	}
}
