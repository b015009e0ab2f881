package webhooks

import (
	"strings"
	"testing"
	"unicode/utf8"

	"plainchat/chat"
)

func TestReplyIn(t *testing.T) {
	long := strings.Repeat("é", chat.MaxTextLength+1)
	for _, tt := range []struct{ contentType, body, want string }{
		{"text/plain", "It is 4 o'clock\r\n", "It is 4 o'clock"},
		{"text/plain; charset=utf-8", "yes", "yes"},
		{"text/plain", " \n", ""},
		{"text/plain", "OK\r\n", ""},
		{"text/plain", "ok, I am on it", "ok, I am on it"},
		{"text/plain", "a\x00b\xff", "ab\uFFFD"},
		{"text/plain", long, long[:2*(chat.MaxTextLength-1)] + "…"},
		{"text/html", "<p>ok", ""},
		{"", "ok", ""},
		{"application/json", `{"text":"yes"}`, "yes"},
		{"application/json", `{"message":"yes","x":[1]}`, "yes"},
		{"application/json", `{"text":"","message":"yes"}`, "yes"},
		{"application/json", `{"text":7,"message":{"a":1}}`, ""},
		{"application/json", `{"text":"no"`, ""},
		{"application/json", `"text"`, ""},
		{"application/json", ``, ""},
	} {
		if got := replyIn(tt.contentType, []byte(tt.body)); got != tt.want {
			t.Errorf("%s %.40q is %.40q, want %.40q", tt.contentType, tt.body, got, tt.want)
		}
	}
}

func FuzzReplyIn(f *testing.F) {
	f.Add("text/plain", []byte("yes"))
	f.Add("application/json", []byte(`{"text":"yes","message":7}`))
	f.Add("application/json; charset", []byte(`{"text":"\ud800"}`))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		text := replyIn(contentType, body)
		if text == "" {
			return
		}
		if stored, err := chat.ParseText(text); err != nil || stored != text || !utf8.ValidString(text) {
			t.Errorf("%q is no text of a message: %v", text, err)
		}
	})
}
