package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/service"
	"plainchat/store"
)

// TestLongestMessage: it fits in every encoding that a client may choose.
func TestLongestMessage(t *testing.T) {
	text := strings.Repeat("😀", chat.MaxTextLength)
	escaped := strings.Repeat(`\ud83d\ude00`, chat.MaxTextLength)
	const form = "application/x-www-form-urlencoded"
	for _, test := range []struct{ contentType, body string }{
		{"text/plain", text},
		{form, url.Values{"user_name": {"Mina"}, "message": {text}}.Encode()},
		{"application/json", `{"user_name":"Mina","message":"` + text + `"}`},
		{"application/json", `{"user_name":"Mina","message":"` + escaped + `"}`},
	} {
		r := httptest.NewRequest(http.MethodPost, "/messages", strings.NewReader(test.body))
		r.Header.Set("Content-Type", test.contentType)
		w := httptest.NewRecorder()
		newUnlistened(t, 0).ServeHTTP(w, r)
		if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s of %d bytes: status %d, %.200s", test.contentType, len(test.body), w.Code, w.Body)
		}
	}
}

// full is a store on a disk without space.
type full struct{ service.Log }

func (full) Append(context.Context, chat.Draft) (chat.Event, bool, error) {
	return chat.Event{}, false, store.ErrFull
}

// TestFailedFormIsAFailure: what the operator and the client are told of a failure does
// not depend on how its answer looks.
func TestFailedFormIsAFailure(t *testing.T) {
	for _, accept := range []string{"*/*", typeHTML} {
		s := newUnlistened(t, 0)
		var records strings.Builder
		s.Service, s.Logger = StartService(t, full{s.Store.(service.Log)}), slog.New(slog.NewTextHandler(&records, nil))
		r := httptest.NewRequest(http.MethodPost, "/messages", strings.NewReader("user_name=Mina&message=hello"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusInsufficientStorage || w.Header().Get("Retry-After") != "10" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %v", accept, w.Code, w.Header())
		}
		if !strings.Contains(records.String(), `level=ERROR msg="request failed"`) {
			t.Errorf("%s: the records are %q", accept, records.String())
		}
		if accept == typeHTML && !strings.Contains(w.Body.String(), ">hello</textarea>") {
			t.Errorf("the text is lost: %s", w.Body)
		}
	}
}
