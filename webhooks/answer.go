package webhooks

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"plainchat/chat"
)

// maxAnswer is how much is read of an answer, in bytes.
const maxAnswer = 64 << 10

// answer is what a receiver says.
type answer struct {
	status     int           // of HTTP
	retryAfter time.Duration // for which it wants to be spared
	text       string        // what it wants to be written; empty for nothing
}

// ok reports whether the message was taken.
func (a answer) ok() bool { return a.status/100 == 2 }

// readAnswer reads as much of an answer as matters.
func readAnswer(res *http.Response, now time.Time) (answer, error) {
	a := answer{status: res.StatusCode, retryAfter: retryAfter(res.Header.Get("Retry-After"), now)}
	if !a.ok() {
		return a, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return a, err
	}
	a.text = replyIn(res.Header.Get("Content-Type"), body)
	return a, nil
}

// replyIn returns the text of an answer that is to be written in the room: plain text, or the
// member text or message of JSON. It is empty for all else, and for the plain "ok" with which programs
// take note of a request: nobody wants that below each message.
func replyIn(contentType string, body []byte) string {
	media, _, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return ""
	case media == "text/plain" && strings.EqualFold(strings.Trim(string(body), " \r\n.!"), "ok"):
		return ""
	case media == "text/plain":
		return fit(string(body))
	case media != "application/json":
		return ""
	}
	var members struct{ Text, Message any }
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	for _, member := range []any{members.Text, members.Message} {
		if text, is := member.(string); is && fit(text) != "" {
			return fit(text)
		}
	}
	return ""
}

// fit makes of any text one that a message can have, which may be none.
func fit(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", ""))
	if utf8.RuneCountInString(text) > chat.MaxTextLength {
		text = string([]rune(text)[:chat.MaxTextLength-1]) + "…"
	}
	text, err := chat.ParseText(text)
	if err != nil {
		return ""
	}
	return text
}
