package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestNewMessage(t *testing.T) {
	for _, tt := range []struct{ text, clientID, field, code string }{
		{"hi", "", "", ""},
		{" as it is \n", "build-1742", "", ""},
		{strings.Repeat("😀", 8000), strings.Repeat("k", 128), "", ""},
		{"", "", "message", "empty"},
		{" \n\u3000", "", "message", "empty"},
		{"\u200b\u2800\u3164\ufe0f\a", "", "message", "empty"}, // of no width, braille without dots, Hangul filler
		{"\u200b.", "", "", ""},
		{"\U0001fbff", "", "", ""}, // not assigned yet
		{strings.Repeat("x", 8001), "", "message", "too_long"},
		{"a\x00b", "", "message", "nul"},
		{"\xed\xa0\x80", "", "message", "not_utf8"},
		{"hi", "two words", "client_id", "bad_character"},
		{"hi", "열쇠", "client_id", "bad_character"},
		{"hi", "a\n", "client_id", "bad_character"},
		{"hi", strings.Repeat("k", 129), "client_id", "too_long"},
	} {
		got, err := NewMessage(Lobby, "Ann", tt.text, tt.clientID)
		wantCode(t, err, tt.field, tt.code)
		if want := (Draft{Room: Lobby, From: Person{Name: "Ann"}, Key: tt.clientID, Body: Message{Text: tt.text}}); err == nil && got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// Every system's lines end the same way.
func TestLineEnds(t *testing.T) {
	m, err := NewMessage(Lobby, "Ann", "one\rtwo\r\nthree\n\r", "")
	if want := "one\ntwo\nthree\n\n"; err != nil || m.Text() != want {
		t.Errorf("got %q, %v; want %q", m.Text(), err, want)
	}
}

// A sender hears of everything that is wrong at once.
func TestNewMessageNamesEveryField(t *testing.T) {
	_, err := NewMessage(Lobby, "", "", " ")
	invalid, ok := errors.AsType[*Invalid](err)
	if !ok {
		t.Fatalf("err = %v, want *Invalid", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	if want := []string{"user_name", "message", "client_id"}; !slices.Equal(fields, want) {
		t.Errorf("fields = %q, want %q", fields, want)
	}
	const want = "chat: user_name: empty, message: empty, client_id: bad_character"
	if err.Error() != want {
		t.Errorf("err = %q, want %q", err, want)
	}
}
