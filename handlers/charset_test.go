package handlers

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"plainchat/locale"
)

// utf16Of is a text in UTF-16, without a byte order mark.
func utf16Of(text string, littleEndian bool) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		if littleEndian {
			out = append(out, byte(unit), byte(unit>>8))
		} else {
			out = append(out, byte(unit>>8), byte(unit))
		}
	}
	return out
}

// refusal is what a body is refused with.
func refusal(err error) (status int, detail string) {
	if err == nil {
		return 0, ""
	}
	p := problemOf(err).in(locale.English)
	return p.Status, p.Detail
}

func TestCharset(t *testing.T) {
	const told = "send it as UTF-8"
	for _, tt := range []struct {
		contentType, body string
		status            int
		detail            string
	}{
		{"text/plain; charset=utf-8", "안녕", 0, ""},
		{"text/plain; charset=UTF-8", "안녕", 0, ""},
		{`text/plain; Charset="Utf-8"`, "안녕", 0, ""},
		{"text/plain;charset=utf8", "안녕", 0, ""},
		{"text/plain; format=flowed", "안녕", 0, ""},
		{"application/json; charset=utf-8", `{"message":"안녕"}`, 0, ""},
		{"application/x-www-form-urlencoded; charset=UTF-8", "message=hi", 0, ""},
		{"text/plain; charset=us-ascii", "plain", 0, ""},
		{"text/plain; charset=US-ASCII", "안녕", http.StatusBadRequest, told},
		{"text/plain; charset=ascii", "\xff", http.StatusBadRequest, told},

		{"text/plain; charset=iso-2022-jp", "\x1b$B$3$s\x1b(B", http.StatusUnsupportedMediaType, "charset iso-2022-jp; " + told},
		{"text/plain; charset=utf-7", "+1VzuAA-", http.StatusUnsupportedMediaType, told},
		{`application/octet-stream; charset="ISO-8859-1"`, "plain", http.StatusUnsupportedMediaType, "ISO-8859-1; " + told},
		{"application/json; charset=euc-kr", `{"message":"hi"}`, http.StatusUnsupportedMediaType, told},
		{"application/x-www-form-urlencoded; charset=windows-1252", "message=hi", http.StatusUnsupportedMediaType, told},
		{`text/plain; charset=""`, "hi", http.StatusUnsupportedMediaType, told},
		{`text/plain; charset="a\"; b"`, "hi", http.StatusUnsupportedMediaType, told},
		{"text/plain; charset=utf-8; charset=utf-16", "hi", http.StatusUnsupportedMediaType, "text/plain"},
		{"multipart/form-data; boundary=x; charset=utf-8", "--x--", http.StatusUnsupportedMediaType, "text/plain"},
		{"text/plain; charset=utf-16", "\xff\xfeh\x00", http.StatusUnsupportedMediaType, "The body is UTF-16; " + told},
		{"text/plain; charset=UTF-16LE", "h\x00", http.StatusUnsupportedMediaType, "The body is UTF-16; " + told},

		{"text/plain", "\xff\xfe" + string(utf16Of("안녕", true)), http.StatusBadRequest, "The body is UTF-16; " + told},
		{"", "\xfe\xff" + string(utf16Of("안녕", false)), http.StatusBadRequest, "The body is UTF-16; " + told},
		{"text/plain; charset=utf-8", string(utf16Of("hello, world", true)), http.StatusBadRequest, "The body is UTF-16; " + told},
		{"application/json", string(utf16Of(`{"message":"hi"}`, false)), http.StatusBadRequest, "The body is UTF-16; " + told},
		{"text/plain", "\xff\xfe\x00\x00h\x00\x00\x00", http.StatusBadRequest, "The body is UTF-32; " + told},
		{"text/plain", "\x00\x00\xfe\xff\x00\x00\x00h", http.StatusBadRequest, "The body is UTF-32; " + told},
		{"text/plain", "caf\xe9", http.StatusBadRequest, "not valid UTF-8; " + told},
		{"text/plain", "a NUL\x00 in a text", 0, ""}, // which the rules of a message refuse
		{"text/plain", "\ufeffhello", 0, ""},
	} {
		_, err := decodeBody(tt.contentType, []byte(tt.body))
		if status, detail := refusal(err); status != tt.status || !strings.Contains(detail, tt.detail) {
			t.Errorf("%s with %q: %d %q; want %d %q", tt.contentType, tt.body, status, detail, tt.status, tt.detail)
		}
	}
}

// FuzzDecodeBody: a body of any type is a message of UTF-8, or refused with a sentence.
func FuzzDecodeBody(f *testing.F) {
	f.Add("text/plain; charset=utf-16", []byte("\xff\xfeh\x00"))
	f.Add(`text/plain; charset="UTF-8"`, []byte("\xef\xbb\xbfhello"))
	f.Add("text/plain; charset=us-ascii", []byte("caf\xc3\xa9"))
	f.Add("application/x-www-form-urlencoded", []byte("payload=%7B%22text%22%3A%22hi%22%7D"))
	f.Add("application/x-www-form-urlencoded", []byte(`{"message":"hi"}`))
	f.Add("application/json;charset=utf-7", []byte(`{"message":"hi"}`))
	f.Add("", utf16Of("hello", false))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		in, err := decodeBody(contentType, body)
		if err != nil {
			if p := problemOf(err).in(locale.English); p.Status < 400 || p.Status >= 500 || p.Detail == "" {
				t.Errorf("%q with %q: %d %q", contentType, body, p.Status, p.Detail)
			}
			return
		}
		if wideEncoding(body) != "" {
			t.Errorf("%q with %q is read as %q", contentType, body, in.text)
		}
	})
}
