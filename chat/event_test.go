package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestEventJSON(t *testing.T) {
	ev := Event{
		ID: ID{"e1", 7}, Room: "방", From: Person{Name: "Ann"}, Body: Message{Text: "<b>&\n\u2028"},
		Key: "k", Time: time.Date(2026, 1, 2, 3, 4, 5, 60e6, time.UTC),
	}
	const want = `{"id":"e1-7","seq":7,"room":"방","user_name":"Ann","message":"<b>&\n\u2028","time":"2026-01-02T03:04:05.060Z","client_id":"k"}`
	got, err := ev.MarshalJSON()
	if err != nil || string(got) != want {
		t.Errorf("err %v\ngot  %s\nwant %s", err, got, want)
	}
	var newer Event
	if err := json.Unmarshal([]byte(`{"id":"e1-7","seq":7,"reactions":[],"message":"x"}`), &newer); err != nil || newer.Text() != "x" {
		t.Errorf("a member of a newer version: %+v, %v", newer, err)
	}
}

// Servers before this one left out the zeros at the end of the fraction.
func TestEventJSONReadsOlderTimes(t *testing.T) {
	for wire, millis := range map[string]int{"05Z": 0, "05.1Z": 100, "05.06Z": 60, "05.060Z": 60} {
		var ev Event
		data := `{"id":"e1-7","time":"2026-01-02T03:04:` + wire + `"}`
		if err := json.Unmarshal([]byte(data), &ev); err != nil || ev.Time != time.Date(2026, 1, 2, 3, 4, 5, millis*1e6, time.UTC) {
			t.Errorf("%s is read as %v, %v", data, ev.Time, err)
		}
	}
}

// What cannot be read changes nothing.
func TestEventJSONMalformed(t *testing.T) {
	for _, data := range []string{`{`, `[]`, `{"id":"E1-7"}`, `{"id":7}`, `{"time":"yesterday"}`, `{"seq":-1}`} {
		ev := Event{Body: Message{Text: "before"}}
		if err := json.Unmarshal([]byte(data), &ev); err == nil || ev != (Event{Body: Message{Text: "before"}}) {
			t.Errorf("%s: %+v, %v; want an error", data, ev, err)
		}
	}
}

func FuzzEventJSON(f *testing.F) {
	f.Add("Ann", "hi", "k", int64(1))
	f.Add("지민", "\x7f\u2028\ufeff</script>\r\n", "", int64(253402300799999))
	f.Fuzz(func(t *testing.T, name, text, clientID string, millis int64) {
		m, err := NewMessage(Lobby, name, text, clientID)
		if err != nil || millis < 0 || millis > 253402300799999 { // the year 9999
			return
		}
		ev := Event{ID{"e", 1}, time.UnixMilli(millis).UTC(), m.Room, m.From, m.Key, m.Body}
		data, err := ev.MarshalJSON()
		if err != nil || bytes.ContainsFunc(data, unicode.IsControl) {
			t.Fatalf("%q, %v", data, err)
		}
		if want := reference(t, ev); !bytes.Equal(data, want) {
			t.Errorf("got  %s\nwant %s", data, want)
		}
		var back Event
		if err := json.Unmarshal(data, &back); err != nil || back != ev {
			t.Errorf("%+v came back as %+v, %v", ev, back, err)
		}
	})
}

// reference is the wire form as encoding/json writes it, but for the controls that it
// leaves raw.
func reference(t *testing.T, e Event) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	wire := struct {
		ID       ID     `json:"id"`
		Seq      uint64 `json:"seq"`
		Room     Room   `json:"room"`
		UserName Name   `json:"user_name"`
		Message  string `json:"message"`
		Time     string `json:"time"`
		ClientID string `json:"client_id,omitempty"`
	}{e.ID, e.ID.Seq, e.Room, e.From.Name, e.Text(), e.Time.Format("2006-01-02T15:04:05.000Z"), e.Key}
	if err := enc.Encode(wire); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, r := range string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))) {
		if r >= 0x7f && r <= 0x9f {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

func BenchmarkEventAppendJSON(b *testing.B) {
	ev := Event{
		ID: ID{"0123456789", 1}, Room: Lobby, From: Person{Name: "Ann"},
		Body: Message{Text: "How much is a message of ordinary length?"}, Time: time.UnixMilli(1).UTC(),
	}
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = ev.AppendJSON(buf[:0])
	}
}
