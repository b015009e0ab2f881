package e2e

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/e2e/internal/running"
	"plainchat/store"
)

// line is what somebody says in a room.
type line struct {
	ago       time.Duration
	room      chat.Room
	from      chat.Name
	text      string
	robot     bool      // it has a token
	body      chat.Body // what happens, where that is no message
	about     uint64    // the number of the line to whose message that happens, from 1
	then      func(of uint64) chat.Body
	replyTo   uint64   // the number of the line that it answers, from 1
	reactions []string // each an emoji and the names of whose it is, separated by spaces
}

const teaHouse = "tea-house"

// conversation is one to look at, with some in other rooms, so that there are others.
var conversation = []line{
	{ago: 49 * time.Hour, room: "design", from: "Noor", text: "The new icons are in the shared folder."},
	{ago: 27 * time.Hour, room: "개발", from: "민준", text: "오늘 배포는 4시에 합니다."},
	{ago: 26 * time.Hour, room: "releases", from: "release-bot", text: "plainchat 1.4.0 is out."},
	{ago: 25*time.Hour + 50*time.Minute, room: teaHouse, from: "Noor", text: "Release notes are drafted: https://docs.example.org/1.4\nCould someone check the Korean part?"},
	{ago: 25*time.Hour + 44*time.Minute, room: teaHouse, from: "민준", text: "네, 지금 볼게요. 두 번째 문단의 “저장됩니다”는 “저장되었습니다”가 자연스러워요.", reactions: []string{"🙏 Noor Ines", "👀 Ada"}},
	{ago: 25*time.Hour + 43*time.Minute, room: teaHouse, from: "민준", text: "나머지는 좋아요 👍"},
	{ago: 58 * time.Minute, room: teaHouse, from: "release-bot", text: "main: 214 tests passed in 48 s"},
	{ago: 52 * time.Minute, room: teaHouse, from: "Ada", text: "The disk of db1 was full of old WAL segments. I removed them, and it is down to 71 %."},
	{ago: 51 * time.Minute, room: teaHouse, from: "Ada", text: "It goes on without a restart."},
	{ago: 47 * time.Minute, room: teaHouse, from: "Ines", text: "Thank you! Shall we keep a year of it?", replyTo: 8, reactions: []string{"👍 Ada Noor"}},
	{ago: 40 * time.Minute, room: teaHouse, from: "עדי", text: "שלום לכולם"},
	{ago: 31 * time.Minute, room: teaHouse, from: "Noor", text: "@Ines shall we ship 1.4 today?", reactions: []string{"🚀 민준 Ada עדי"}},
	{ago: 30 * time.Minute, room: teaHouse, from: "Ines", text: "Yes, after tea."},
	{ago: 30 * time.Minute, room: teaHouse, from: "Ines", text: "☕️"},
}

// startTeaHouse runs the program with a log that holds the conversation.
func startTeaHouse(t *testing.T, more ...line) *server {
	t.Helper()
	data := t.TempDir()
	keep(t, data, append(conversation[:len(conversation):len(conversation)], more...))
	s := &server{running.StartIn(t, binary, data), t}
	s.awaitViews()
	return s
}

// keep writes a log as if its lines had been said at their times.
func keep(t *testing.T, data string, lines []line) {
	t.Helper()
	now, clock := time.Now(), time.Time{}
	log, err := store.Open(t.Context(), store.Options{
		Dir: data, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return clock },
	})
	if err != nil {
		t.Fatal(err)
	}
	add := func(room chat.Room, from chat.Person, body chat.Body) uint64 {
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: from, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		return ev.ID.Seq
	}
	var places []uint64
	for _, l := range lines {
		clock = now.Add(-l.ago)
		var replyTo uint64
		if l.replyTo != 0 {
			replyTo = places[l.replyTo-1]
		}
		if l.then != nil {
			l.body = l.then(places[l.about-1])
		}
		from := chat.Person{Name: l.from}
		if l.robot {
			from.ID = chat.PersonID("t-" + l.from)
		}
		if l.body == nil {
			l.body = chat.Message{Text: l.text, ReplyTo: replyTo}
		}
		places = append(places, add(l.room, from, l.body))
		for _, reaction := range l.reactions {
			emoji, names, _ := strings.Cut(reaction, " ")
			for name := range strings.FieldsSeq(names) {
				add(l.room, chat.Person{Name: chat.Name(name)}, chat.Reaction{Of: places[len(places)-1], Emoji: emoji})
			}
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}
