package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestCommandOf(t *testing.T) {
	for text, want := range map[string][2]string{
		"/me waves":                 {"me", "waves"},
		"/ME\u3000waves  ":          {"me", "waves"},
		"\r\n/topic a\r\n\r\nb\r\n": {"topic", "a\n\nb"},
		"/help":                     {"help", ""},
		"/도움":                       {"도움", ""},
		" /me waves":                {},
		"/etc/hosts":                {},
		"/ me":                      {},
		"a\n/me waves":              {},
		"":                          {},
	} {
		if name, rest := commandOf(text); name != want[0] || rest != want[1] {
			t.Errorf("%q asks for %q with %q, want %q", text, name, rest, want)
		}
	}
}

// What somebody does is in italics, each paragraph for itself.
func TestAsAction(t *testing.T) {
	for rest, want := range map[string]string{
		"waves": "*waves*", "multiplies 2*3": "_multiplies 2*3_", "waves\n \n\nand goes": "*waves*\n\n*and goes*", "waves\ntwice": "*waves\ntwice*",
	} {
		if got := asAction(rest); got != want {
			t.Errorf("%q is written %q, want %q", rest, got, want)
		}
	}
}

// A form of the page takes commands as the page's script does; what other clients send is a message.
func TestCommandsWithoutScript(t *testing.T) {
	h := newHouse(t)
	send := func(text string) (status int, page string) {
		w := h.sendForm("ann", "/rooms/tea/messages", url.Values{"user_name": {"Ann"}, "message": {text}})
		return w.Code, w.Body.String()
	}
	for _, text := range []string{"/me waves", "/topic Tea, and <b>cake</b>", "/topic Tea, and <b>cake</b>", "/nothing known"} {
		if status, _ := send(text); status != http.StatusSeeOther {
			t.Errorf("%q is answered with %d", text, status)
		}
	}
	for text, want := range map[string]string{"/me": "write what you do", "/topic  ": "Write the topic", "/help": "sets the topic"} {
		if status, page := send(text); status != http.StatusUnprocessableEntity || !strings.Contains(page, want) || !strings.Contains(page, ">"+text+"</textarea>") {
			t.Errorf("%q is answered with %d %s", text, status, page)
		}
	}
	h.want(201, "", "ann", http.MethodPost, "/rooms/tea/messages", `{"user_name":"Ann","message":"/me waves"}`)
	h.want(201, "", "ann", http.MethodPost, "/rooms/tea/messages", "user_name=Ann&message=/topic+X")

	said := ask(h, "/rooms/tea/messages", http.Header{}).Body.String()
	for _, want := range []string{`"message":"*waves*"`, `"message":"/nothing known"`, `"message":"/me waves"`, `"message":"/topic X"`} {
		if strings.Count(said, want) != 1 {
			t.Errorf("said was %s, want %s", said, want)
		}
	}
	if topic := h.Service.Facts.Room("tea").Topic; topic != "Tea, and <b>cake</b>" {
		t.Errorf("the topic is %q", topic)
	}
}
