package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
)

// failing is a log to which nothing can be appended, for a reason.
type failing struct {
	service.Log
	err error
}

func (f failing) Append(context.Context, chat.Draft) (chat.Event, bool, error) {
	return chat.Event{}, false, f.err
}

// fails has a server append nothing from now on.
func fails(t *testing.T, s *Server, err error) {
	t.Helper()
	people, serr := service.Start(t.Context(), service.Options{Log: failing{Log: s.Store.(service.Log), err: err}, Logger: s.Logger})
	if serr != nil {
		t.Fatal(serr)
	}
	t.Cleanup(people.Close)
	s.Service = people
}

// Whatever is written while the log of several machines is in trouble, the answer says so, and when to try
// again; it is never a fault of the program.
func TestTroubles(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		code   string
		after  string
	}{
		{store.ErrUnavailable, http.StatusServiceUnavailable, "read_only", "5"},
		{store.ErrNoLeader, http.StatusServiceUnavailable, "read_only", "5"},
		{store.ErrUncertain, http.StatusServiceUnavailable, "uncertain", "5"},
		{fmt.Errorf("%w: %w", store.ErrUncertain, store.ErrUnavailable), http.StatusServiceUnavailable, "uncertain", "5"},
		{store.ErrMovedAway, http.StatusServiceUnavailable, "log_moved", "60"},
		{store.ErrReplaced, http.StatusServiceUnavailable, "log_replaced", "60"},
		{fmt.Errorf("%w: maximum bytes exceeded", store.ErrFull), http.StatusInsufficientStorage, "disk_full", "10"},
	} {
		t.Run(tt.code, func(t *testing.T) {
			s := newUnlistened(t, 0)
			happen(t, s, chat.Message{Text: "one"})
			fails(t, s, tt.err)
			message := "/messages/" + chat.ID{Epoch: s.Store.Epoch(), Seq: 1}.String()
			for _, write := range []struct{ method, path, body string }{
				{"POST", "/messages", `{"user_name":"p0","message":"two"}`},
				{"PUT", message + "/reactions/%F0%9F%91%8D", ""},
				{"PUT", message + "/pin", ""},
				{"PUT", "/rooms/lobby", `{"topic":"tea"}`},
			} {
				r := httptest.NewRequest(write.method, write.path, strings.NewReader(write.body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				s.Operator().ServeHTTP(w, r)
				var p struct{ Code, Detail string }
				_ = json.Unmarshal(w.Body.Bytes(), &p)
				if w.Code != tt.status || p.Code != tt.code || p.Detail == "" || w.Header().Get("Retry-After") != tt.after {
					t.Errorf("%s %s: %d, Retry-After %q, %s", write.method, write.path, w.Code, w.Header().Get("Retry-After"), w.Body)
				}
			}
			page := postForm(s, "by a form")
			if page.Code != tt.status || fieldText(page.Body.String()) != "by a form" || !strings.Contains(page.Body.String(), `value="once"`) {
				t.Errorf("the form: %d, with %q in its field", page.Code, fieldText(page.Body.String()))
			}
		})
	}
}

// Deletions, read positions, names and tokens are told of in the same way.
func TestTroublesOfChanges(t *testing.T) {
	s := newUnlistened(t, 0)
	happen(t, s, chat.Message{Text: "one"})
	fails(t, s, store.ErrUncertain)
	for _, body := range []chat.Body{chat.Delete{Of: 1}, chat.Read{Upto: 1}, chat.NameClaim{Name: "p0"}, chat.Token{ID: "t", Name: "bot", Hash: "h"}} {
		_, _, err := s.send(httptest.NewRequest(http.MethodPost, "/", nil), policy.Caller{Operator: true, Person: chat.Person{ID: "g", Name: chat.Operator}}, chat.Draft{Room: chat.Lobby, From: chat.Person{ID: "g", Name: "p0"}, Body: body})
		if p := problemOf(err); p.Code != "uncertain" {
			t.Errorf("%T: %v", body, err)
		}
	}
}

// unready is a store that is not ready, for a reason.
type unready struct {
	Store
	err error
}

func (u unready) Ready(context.Context) error { return u.err }

func TestNotReady(t *testing.T) {
	for err, code := range map[error]string{store.ErrLagging: "lagging", store.ErrUnavailable: "read_only", store.ErrReplaced: "log_replaced", store.ErrMovedAway: "log_moved"} {
		s := newUnlistened(t, 0)
		s.Store = unready{s.Store, err}
		if answer := ask(s, "/readyz", http.Header{}); answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), code) {
			t.Errorf("%v: %d %s", err, answer.Code, answer.Body)
		}
		if answer := ask(s, "/rooms/lobby", http.Header{}); answer.Code != http.StatusOK {
			t.Errorf("%v: a room is answered with %d", err, answer.Code)
		}
	}
}
