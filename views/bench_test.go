package views_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// BenchmarkBuild is what an event costs the views while they are built.
func BenchmarkBuild(b *testing.B) {
	const events = 100_000
	for name, next := range map[string]func(n uint64) chat.Body{
		"plain": func(n uint64) chat.Body { return chat.Message{Text: fmt.Sprint("number ", n)} },
		"changed": func(n uint64) chat.Body {
			switch n % 5 {
			case 1:
				return chat.Message{Text: "text", ReplyTo: max(1, n-min(n, 5))}
			case 2:
				return chat.Edit{Of: n - 1, Text: "@ann text"}
			case 3:
				return chat.Reaction{Of: n - 2, Emoji: "👍"}
			case 4:
				return chat.Pin{Of: n - 3}
			}
			return chat.Message{Text: "@ann text"}
		},
	} {
		b.Run(name, func(b *testing.B) {
			log := viewstest.New()
			for n := range uint64(events) {
				log.Append("r", "Ann", next(n+1))
			}
			for b.Loop() {
				p := views.Start(views.Options{Path: filepath.Join(b.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
				viewstest.Settle(b, p)
				p.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*events), "ns/event")
		})
	}
}

// BenchmarkPage is what a page of 50 messages takes, as the log has them and as they stand: plain
// ones side by side, plain ones far apart, and such as have all that can become of one.
func BenchmarkPage(b *testing.B) {
	dir := b.TempDir()
	log, err := store.Open(b.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	say := func(room chat.Room, body chat.Body) uint64 {
		ev, _, err := log.Append(b.Context(), chat.Draft{Room: room, From: chat.Person{Name: "Ann"}, Body: body})
		if err != nil {
			b.Fatal(err)
		}
		return ev.ID.Seq
	}
	for n := range 50 {
		text := chat.Message{Text: fmt.Sprint("number ", n)}
		say("apart", text)
		of := say("changed", text)
		say("changed", chat.Edit{Of: of, Text: "other"})
		say("changed", chat.Pin{Of: of})
		for _, emoji := range storyEmoji {
			say("changed", chat.Reaction{Of: of, Emoji: emoji})
		}
		for range 5 {
			say("else", text)
		}
	}
	for n := range 50 {
		say("plain", chat.Message{Text: fmt.Sprint("number ", n)})
	}
	p := views.Start(views.Options{Path: filepath.Join(dir, "views.db"), Log: log, Views: views.All, Logger: quiet})
	defer p.Close()
	viewstest.Settle(b, p)
	for name, kept := range map[string]*views.Projector{"log": nil, "views": p} {
		messages := views.NewMessages(log, kept)
		for _, room := range []chat.Room{"plain", "apart", "changed"} {
			b.Run(fmt.Sprint(room, "/", name), func(b *testing.B) {
				for b.Loop() {
					if h, err := messages.Page(b.Context(), views.Page{Page: store.Page{Room: room, Limit: 50}}); err != nil || len(h.Messages) != 50 {
						b.Fatal(len(h.Messages), err)
					}
				}
			})
		}
	}
}
