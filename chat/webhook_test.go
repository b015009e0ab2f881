package chat

import (
	"errors"
	"strings"
	"testing"
)

func TestNewWebhook(t *testing.T) {
	good := Webhook{URL: "https://ci.example.org/chat", Room: "ops", On: OnMention, Word: "ci", Form: FormStandard, Name: "ci"}
	for name, tt := range map[string]struct {
		change func(*Webhook)
		field  string // that is wrong; empty for none
	}{
		"good":           {func(*Webhook) {}, ""},
		"http":           {func(w *Webhook) { w.URL = "http://10.0.0.1:8080" }, ""},
		"all":            {func(w *Webhook) { w.On, w.Word, w.Room = OnAll, "", "" }, ""},
		"keyword":        {func(w *Webhook) { w.On, w.Word = OnKeyword, "deploy" }, ""},
		"slack":          {func(w *Webhook) { w.Form = FormSlack }, ""},
		"no address":     {func(w *Webhook) { w.URL = "" }, "url"},
		"a path":         {func(w *Webhook) { w.URL = "/chat" }, "url"},
		"another scheme": {func(w *Webhook) { w.URL = "file:///etc/passwd" }, "url"},
		"gopher":         {func(w *Webhook) { w.URL = "gopher://example.org/" }, "url"},
		"opaque":         {func(w *Webhook) { w.URL = "http:example.org" }, "url"},
		"no host":        {func(w *Webhook) { w.URL = "http://:80/" }, "url"},
		"a password":     {func(w *Webhook) { w.URL = "http://ann:secret@example.org/" }, "url"},
		"line break":     {func(w *Webhook) { w.URL = "http://example.org/\r\nHost: x" }, "url"},
		"long":           {func(w *Webhook) { w.URL = "http://example.org/" + strings.Repeat("a", MaxURLLength) }, "url"},
		"no name":        {func(w *Webhook) { w.Name = "" }, "user_name"},
		"a room":         {func(w *Webhook) { w.Room = "a room" }, "room"},
		"no mention":     {func(w *Webhook) { w.Word = "" }, "mention"},
		"no keyword":     {func(w *Webhook) { w.On, w.Word = OnKeyword, " " }, "keyword"},
		"long keyword":   {func(w *Webhook) { w.On, w.Word = OnKeyword, strings.Repeat("a", MaxWordLength+1) }, "keyword"},
		"another form":   {func(w *Webhook) { w.Form = "teams" }, "form"},
		"no trigger":     {func(w *Webhook) { w.On = "" }, "on"},
	} {
		t.Run(name, func(t *testing.T) {
			w := good
			tt.change(&w)
			got, err := NewWebhook(w)
			invalid, isInvalid := errors.AsType[*Invalid](err)
			switch {
			case tt.field == "" && (err != nil || got != w):
				t.Errorf("%+v, %v", got, err)
			case tt.field != "" && (!isInvalid || len(invalid.Fields) != 1 || invalid.Fields[0].Field != tt.field):
				t.Errorf("err = %v, want the field %s", err, tt.field)
			}
		})
	}
}

// What was made once is in the log for good, and must be read again.
func FuzzParseWebhookURL(f *testing.F) {
	for _, seed := range []string{"https://ci.example.org/chat?a=b#c", "HTTP://Example.ORG:80", "http://[::1%25lo]:5001/%2f/../", "http://a/%zz", "http://ex ample/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := ParseWebhookURL(s)
		if err != nil {
			return
		}
		if twice, err := ParseWebhookURL(once); err != nil || twice != once {
			t.Errorf("%q becomes %q, and that %q, %v", s, once, twice, err)
		}
	})
}
