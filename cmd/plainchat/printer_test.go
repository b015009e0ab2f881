package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tmaxmax/go-sse"

	"plainchat/locale"
)

// steering is a text that would clear the screen, retitle the window, turn lines around
// and write lines of its own, in each of the ways there are.
const steering = "\x1b[2J\x1b]0;title\a\r\nplainchat: all is well\n\u009b31m\u202e\u2066back\u0000\u007f\u2028line\u2029\u0085end\xff"

// checkInert fails if a text that was printed does anything but stand in lines.
func checkInert(t *testing.T, what, text string, lines int) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: not UTF-8: %q", what, text)
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c') || r == '\u2028' || r == '\u2029' {
			t.Errorf("%s: %q in %q", what, r, text)
		}
	}
	if got := strings.Count(text, "\n"); got != lines {
		t.Errorf("%s: %d lines, want %d: %q", what, got, lines, text)
	}
}

func event(t *testing.T, kind string, fields map[string]any) sse.Event {
	t.Helper()
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return sse.Event{Type: kind, Data: string(data)}
}

func TestPrinterOfHostileEvents(t *testing.T) {
	at := time.Date(2026, 11, 28, 9, 30, 0, 0, time.Local)
	hostile := event(t, "my response", map[string]any{
		"id": "abcdefghij-1", "seq": 1, "room": steering, "user_name": steering, "message": "hello\nthere\u2028" + steering, "time": at, steering: steering,
	})
	var out, said bytes.Buffer
	p := printer{std: stdio{out: &out, err: &said, words: locale.English}, rooms: true, day: startOfDay(at)}
	if err := p.print(hostile); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
		if (i == 0) != strings.HasPrefix(line, "09:30:00 #") || i > 0 && !strings.HasPrefix(line, "    ") {
			t.Errorf("line %d: %q", i, line)
		}
	}
	checkInert(t, "message", strings.ReplaceAll(out.String(), "\n    ", " "), 1)

	if err := p.print(event(t, "gap", map[string]any{"detail": steering})); err != nil {
		t.Fatal(err)
	}
	checkInert(t, "gap", said.String(), 1)

	out.Reset()
	raw := sse.Event{Type: "my response", Data: "{\n\"a\" : \"\u009b31m\u202e\u2028\u007f\\u001b\u200d\U0001f600\",\n\"b\":[1, 2]}"}
	p.json = true
	for _, ev := range []sse.Event{hostile, raw} {
		out.Reset()
		if err := p.print(ev); err != nil {
			t.Fatal(err)
		}
		checkInert(t, "JSON", out.String(), 1)
		var got, want any
		if json.Unmarshal(out.Bytes(), &got) != nil || json.Unmarshal([]byte(ev.Data), &want) != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("printed %q, which is not the same value", out.String())
		}
	}
	for _, data := range []string{"\x1b[2J", `{"a":"` + "\x1b" + `"}`, "", "{} {}", `"\x9b"`} {
		out.Reset()
		err := p.print(sse.Event{Type: "my response", Data: data})
		if err == nil || out.Len() > 0 {
			t.Errorf("%q: %v, %q", data, err, out.String())
		}
	}
}

// FuzzInertJSON: whatever a server sends, the line is inert, and the same value.
func FuzzInertJSON(f *testing.F) {
	f.Add(`{"a": "` + "\u202e\u009b\u2028" + `"}`)
	f.Add("[1,\n2]")
	f.Fuzz(func(t *testing.T, data string) {
		line, err := inertJSON(data)
		if err != nil {
			return
		}
		checkInert(t, "line", line, 0)
		var got, want any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !utf8.ValidString(data) {
			return // it is no JSON value that could be the same
		}
		if err := json.Unmarshal([]byte(data), &want); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q became %q (%v)", data, line, err)
		}
	})
}

// The day is told where it is another than that of the message before, and of today.
func TestPrinterTellsTheDay(t *testing.T) {
	today := time.Date(2026, 11, 28, 23, 59, 0, 0, time.Local)
	say := func(p *printer, at time.Time) {
		t.Helper()
		if err := p.print(event(t, "my response", map[string]any{
			"id": "abcdefghij-1", "seq": 1, "room": "lobby", "user_name": "Mina", "message": "hello", "time": at.UTC(),
		})); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	p := &printer{std: stdio{out: &out, words: locale.English}, day: startOfDay(today)}
	for _, later := range []time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, -24 * time.Hour} {
		say(p, today.Add(later))
	}
	const want = "23:59:00 Mina: hello\n23:59:30 Mina: hello\n" +
		"--- Sunday, 29 November 2026 ---\n00:00:00 Mina: hello\n00:01:00 Mina: hello\n" +
		"--- Friday, 27 November 2026 ---\n23:59:00 Mina: hello\n"
	if out.String() != want {
		t.Errorf("printed %q", out.String())
	}
	out.Reset()
	p.json = true
	say(p, today)
	if strings.Contains(out.String(), "---") {
		t.Errorf("printed %q", out.String())
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                    "plain",
		"one\ntwo\tthree":                          "one two three",
		"cannot reach http://bot:hunter2@a/x?y":    "cannot reach http://bot:xxxxx@a/x?y",
		`parse "http://bot:h@n:ter2@a:b": port`:    `parse "http://bot:xxxxx@a:b": port`,
		"http://:hunter2@a and http://b:hunter2@c": "http://:xxxxx@a and http://b:xxxxx@c",
		"http://a:5001/rooms/x: write to a@b":      "http://a:5001/rooms/x: write to a@b",
	} {
		if got := sentence(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// An output that cannot be written to ends tail.
func TestPrinterEndsWithItsOutput(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	p := &printer{std: stdio{out: w, words: locale.English}, json: true}
	err := p.print(sse.Event{Type: "my response", Data: "{}"})
	if _, ok := errors.AsType[*outputError](err); !ok {
		t.Error(err)
	}
}
