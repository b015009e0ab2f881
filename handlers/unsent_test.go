package handlers

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// postForm sends the page's form as a browser without JavaScript does.
func postForm(s *Server, text string) *httptest.ResponseRecorder {
	form := url.Values{"user_name": {"Mina"}, "message": {text}, "client_id": {"once"}}.Encode()
	r := httptest.NewRequest(http.MethodPost, "/rooms/tea/messages", strings.NewReader(form))
	r.Header.Set("Content-Type", typeForm)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// outOfReach is a store that can neither be written nor read.
type outOfReach struct{ Store }

var errReach = errors.New("input/output error")

func (outOfReach) Append(context.Context, chat.Draft) (chat.Event, bool, error) {
	return chat.Event{}, false, errReach
}

func (outOfReach) Page(context.Context, store.Page) ([]chat.Event, bool, error) {
	return nil, false, errReach
}

// Whatever a form is refused for, the page has the text in its field again, and says why.
func TestRefusedFormKeepsItsText(t *testing.T) {
	const short = `half a "thought" & <b>`
	long := strings.Repeat(short, maxBody/len(short))
	for name, test := range map[string]struct {
		status   int
		sentence string
		text     string
		spoil    func(*Server)
	}{
		"too fast": {http.StatusTooManyRequests, "You are sending faster", short, func(s *Server) {
			postForm(s, "the first")
		}},
		"too fast to be shown the room": {http.StatusTooManyRequests, "You are sending faster", short, func(s *Server) {
			postForm(s, "the first")
			s.reads = newByteRates(1)
			s.reads.Charge(clientOf(httptest.NewRequest(http.MethodGet, "/", nil)), 10*atOnce)
		}},
		"too fast and too long": {http.StatusTooManyRequests, "You are sending faster", long, func(s *Server) {
			postForm(s, "the first")
		}},
		"too long":         {http.StatusRequestEntityTooLarge, "larger than 128 KiB", long, func(*Server) {}},
		"draining":         {http.StatusServiceUnavailable, "restarting", short, (*Server).Drain},
		"no storage":       {http.StatusServiceUnavailable, "cannot reach its storage", short, func(s *Server) { s.Store = outOfReach{s.Store} }},
		"unread too large": {http.StatusRequestEntityTooLarge, "larger than 128 KiB", "", func(*Server) {}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newUnlistened(t, 1)
			test.spoil(s)
			text := test.text
			if text == "" {
				text = strings.Repeat("x", maxPageForm)
			}
			w := postForm(s, text)
			page := w.Body.String()
			if w.Code != test.status || !strings.Contains(page, test.sentence) {
				t.Errorf("status %d, want %d and %q: %.2000s", w.Code, test.status, test.sentence, page)
			}
			if test.text == "" {
				return // it is more than the server reads
			}
			_, field, _ := strings.Cut(page, `name="message"`)
			_, field, _ = strings.Cut(field, ">")
			field, _, _ = strings.Cut(field, "</textarea>")
			if got := html.UnescapeString(field); got != test.text {
				t.Errorf("the field has %d bytes of %d: %.200q", len(got), len(test.text), got)
			}
			if !strings.Contains(page, `value="Mina"`) || !strings.Contains(page, `value="once"`) {
				t.Errorf("the name or the key is lost: %.2000s", page)
			}
		})
	}
}
