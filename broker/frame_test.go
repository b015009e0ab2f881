package broker

import (
	"bytes"
	"io"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

func testEvent(seq uint64, room chat.Room, text string) chat.Event {
	return chat.Event{ID: chat.ID{Epoch: "e1", Seq: seq}, Room: room, From: chat.Person{Name: "지민"}, Time: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), Body: chat.Message{Text: text}}
}

func TestFrameBytes(t *testing.T) {
	for _, tt := range []struct {
		name string
		ev   chat.Event
		want string
	}{
		{"plain", testEvent(7, "lobby", "hi"),
			"id: e1-7\ndata: {\"id\":\"e1-7\",\"seq\":7,\"room\":\"lobby\",\"user_name\":\"지민\",\"message\":\"hi\",\"time\":\"2026-01-02T03:04:05.006Z\"}\nevent: my response\n\n"},
		{"line ends, markup and separators", testEvent(8, "lobby", ":a\r\n<b>\u2028\ufeff"),
			"id: e1-8\ndata: {\"id\":\"e1-8\",\"seq\":8,\"room\":\"lobby\",\"user_name\":\"지민\",\"message\":\":a\\r\\n<b>\\u2028\ufeff\",\"time\":\"2026-01-02T03:04:05.006Z\"}\nevent: my response\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := appendEvent(nil, tt.ev, plainly); string(got) != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// What r3labs/sse makes of an event, live, and what is written when the event is
// caught up from the log must be the same bytes; and an independent reader must
// find in them what was said.
func FuzzFrame(f *testing.F) {
	for _, text := range []string{"hi", "a\nb", "\r", "\r\n\r\n", ":x", "\ufeff", "\u2028\u2029", "data: x\n\nevent: gap", "\x01\x7f", "</script>"} {
		f.Add(text)
	}
	frames := make(chan []byte, 1)
	live := newStream(func(_ label, frame []byte) { frames <- frame })
	f.Cleanup(live.close)
	f.Fuzz(func(t *testing.T, text string) {
		message, err := chat.NewMessage(chat.Lobby, "me", text, "")
		if err != nil {
			return // not a message
		}
		ev := testEvent(9, message.Room, message.Text())
		caughtUp := appendEvent(nil, ev, plainly)
		live.publish(label{room: ev.Room, seq: 9}, ev.ID.Append(nil), "my response", ev.AppendJSON(nil))
		if got := bare(<-frames); !bytes.Equal(got, caughtUp) {
			t.Fatalf("live      %q\ncaught up %q", got, caughtUp)
		}
		r := eventstream.NewReader(bytes.NewReader(caughtUp))
		got, err := r.Next()
		if err != nil || got.Type != "my response" || got.LastEventID != "e1-9" {
			t.Fatalf("read %+v, %v", got, err)
		}
		var back chat.Event
		if err := back.UnmarshalJSON([]byte(got.Data)); err != nil || back != ev {
			t.Fatalf("read back %+v, %v; want %+v", back, err, ev)
		}
		if extra, err := r.Next(); err != io.EOF {
			t.Fatalf("a second event: %+v, %v", extra, err)
		}
	})
}

// plainly is how events are encoded unless it is told otherwise.
var plainly = Options{}.withDefaults().Encode
