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
	"plainchat/service"
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

// outOfReach is a store that cannot be read, and unwritable one that cannot be written.
type (
	outOfReach struct{ Store }
	unwritable struct{ service.Log }
)

var errReach = errors.New("input/output error")

func (unwritable) Append(context.Context, chat.Draft) (chat.Event, bool, error) {
	return chat.Event{}, false, errReach
}

func (outOfReach) Page(context.Context, store.Page) ([]chat.Event, bool, error) {
	return nil, false, errReach
}

// refusedForm is why a form is refused: the answer, the text that was in its field, and what
// brings it about.
type refusedForm struct {
	status   int
	sentence string
	text     string
	spoil    func(*Server)
}

const shortText = `half a "thought" & <b>`

var longText = strings.Repeat(shortText, maxBody/len(shortText))

var refusedForms = map[string]refusedForm{
	"too fast": {http.StatusTooManyRequests, "You are sending faster", shortText, func(s *Server) {
		postForm(s, "the first")
	}},
	"too fast to be shown the room": {http.StatusTooManyRequests, "You are sending faster", shortText, func(s *Server) {
		postForm(s, "the first")
		s.reads = newByteRates(1)
		s.reads.Charge(clientOf(httptest.NewRequest(http.MethodGet, "/", nil)), 10*atOnce)
	}},
	"too fast and too long": {http.StatusTooManyRequests, "You are sending faster", longText, func(s *Server) {
		postForm(s, "the first")
	}},
	"too long": {http.StatusRequestEntityTooLarge, "larger than 128 KiB", longText, func(*Server) {}},
	"draining": {http.StatusServiceUnavailable, "restarting", shortText, (*Server).Drain},
	"no storage": {http.StatusServiceUnavailable, "cannot reach its storage", shortText, func(s *Server) {
		s.Store = outOfReach{s.Store}
		s.Service, _ = service.Start(context.Background(), service.Options{Log: unwritable{s.Store.(outOfReach).Store.(service.Log)}, Logger: s.Logger})
	}},
}

// Whatever a form is refused for, the page has the text in its field again, and says why.
func TestRefusedFormKeepsItsText(t *testing.T) {
	for name, refused := range refusedForms {
		t.Run(name, func(t *testing.T) {
			s := newUnlistened(t, 1)
			refused.spoil(s)
			w := postForm(s, refused.text)
			page := w.Body.String()
			if w.Code != refused.status || !strings.Contains(page, refused.sentence) {
				t.Errorf("status %d, want %d and %q: %.2000s", w.Code, refused.status, refused.sentence, page)
			}
			if got := fieldText(page); got != refused.text {
				t.Errorf("the field has %d bytes of %d: %.200q", len(got), len(refused.text), got)
			}
			if !strings.Contains(page, `value="Mina"`) || !strings.Contains(page, `value="once"`) {
				t.Errorf("the name or the key is lost: %.2000s", page)
			}
		})
	}
}

// What is more than the server reads is refused in words.
func TestFormOfAMegabyte(t *testing.T) {
	w := postForm(newUnlistened(t, 1), strings.Repeat("x", maxPageForm))
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "larger than 128 KiB") {
		t.Errorf("status %d: %.2000s", w.Code, w.Body)
	}
}

// fieldText is the text in the field of a page's form.
func fieldText(page string) string {
	_, field, _ := strings.Cut(page, `name="message"`)
	_, field, _ = strings.Cut(field, ">")
	field, _, _ = strings.Cut(field, "</textarea>")
	return html.UnescapeString(field)
}

// An edit that is refused, or comes too soon, has its text in the form in the message's place.
func TestRefusedEditKeepsItsText(t *testing.T) {
	for limit, want := range map[int]int{0: http.StatusForbidden, 1: http.StatusTooManyRequests} {
		s := newUnlistened(t, limit)
		postForm(s, "which tea?")
		id := chat.ID{Epoch: s.Store.Epoch(), Seq: 1}.String()
		r := httptest.NewRequest(http.MethodPost, "/rooms/tea/messages/"+id+"/edit", strings.NewReader("message=%3Cb%3Egreen"))
		r.Header.Set("Content-Type", typeForm)
		r.Header.Set("Accept", typeHTML)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("limit %d: status %d, want %d", limit, w.Code, want)
		}
		wantMarkup(t, w.Body.String(), `class="banner" role="alert"`, "&lt;b&gt;green</textarea>")
	}
}
