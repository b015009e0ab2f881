package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// full is a store on a disk without space.
type full struct{ Store }

func (full) Append(context.Context, chat.Message) (chat.Event, bool, error) {
	return chat.Event{}, false, store.ErrFull
}

// TestFailedFormIsAFailure: what the operator and the client are told of a failure does
// not depend on how its answer looks.
func TestFailedFormIsAFailure(t *testing.T) {
	for _, accept := range []string{"*/*", typeHTML} {
		s := newUnlistened(t, 0)
		var records strings.Builder
		s.Store, s.Logger = full{s.Store}, slog.New(slog.NewTextHandler(&records, nil))
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
