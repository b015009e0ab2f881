package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/views"
)

func idOf(address string) string { return address[strings.LastIndex(address, "/")+1:] }

func readUpTo(id string) string { return `{"id":"` + id + `"}` }

// A read position goes forward alone, is of a message of its room, and is told to all.
func TestReadPositions(t *testing.T) {
	h := newHouse(t)
	one, two := idOf(h.say("ann", "tea", "Ann", "one")), idOf(h.say("ben", "tea", "Ben", "two"))
	elsewhere := idOf(h.say("ben", "ink", "Ben", "three"))
	deleted := h.say("ann", "tea", "Ann", "four")
	h.want(200, "", "ann", http.MethodDelete, deleted, "")
	const read = "/rooms/tea/read"
	for _, step := range []struct {
		status    int
		code, who string
		id        string
	}{
		{200, "", "ann", two}, {204, "", "ann", two}, {204, "", "ann", one},
		{200, "", "ben", one}, {200, "", "ben", idOf(deleted)}, {204, "", "ben", two},
		{404, "not_found", "ann", elsewhere}, {404, "not_found", "ann", h.id(1)}, {404, "not_found", "ann", h.id(1000)},
		{422, "invalid", "ann", "other-1"}, {422, "invalid", "ann", "1"}, {403, "needs_person", "nobody", two},
		{200, "", "token", one},
	} {
		name := map[string]string{"ann": "Ann", "ben": "Ben", "nobody": "x", "token": "ci"}[step.who]
		h.want(step.status, step.code, step.who, http.MethodPut, read+"?user_name="+name, readUpTo(step.id))
	}
	for who, me := range map[string]string{"ann": two, "ben": idOf(deleted), "nobody": "", "operator": ""} {
		want := fmt.Sprintf(`{"room":"tea","count":3,"positions":[{"user_name":"Ben","id":"%s"},{"user_name":"Ann","id":"%s"},{"user_name":"ci","id":"%s"}]`, idOf(deleted), two, one)
		if me != "" {
			want += `,"me":"` + me + `"`
		}
		if got := h.want(200, "", who, http.MethodGet, read, "").Body.String(); got != want+"}\n" {
			t.Errorf("to %s the positions are %s, want %s", who, got, want)
		}
	}
}

// id is that of a position in the log.
func (h *house) id(seq uint64) string { return chat.ID{Epoch: h.Store.Epoch(), Seq: seq}.String() }

// Nobody is told to have read under somebody else's name.
func TestReadUnderAnothersName(t *testing.T) {
	h := newHouse(t)
	one := idOf(h.say("ann", "tea", "Ann", "one"))
	if w := h.want(200, "", "ben", http.MethodPut, "/rooms/tea/read?user_name=Ann", readUpTo(one)); !strings.Contains(w.Body.String(), `"user_name":"anonymous"`) {
		t.Errorf("ben has read as %s", w.Body)
	}
	if got := h.ask("ben", http.MethodGet, "/rooms/tea/read", "").Body.String(); got != fmt.Sprintf(`{"room":"tea","count":0,"positions":[],"me":"%s"}`+"\n", one) {
		t.Errorf("the positions are %s", got)
	}
}

// Of positions that are told at once the last one stays.
func TestReadPositionsAtOnce(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for i := range 20 {
		ids = append(ids, idOf(h.say("ann", "tea", "Ann", fmt.Sprint("message ", i))))
	}
	var telling sync.WaitGroup
	for _, id := range ids {
		telling.Go(func() { h.ask("ann", http.MethodPut, "/rooms/tea/read?user_name=Ann", readUpTo(id)) })
	}
	telling.Wait()
	var got struct{ Me string }
	if err := json.Unmarshal(h.ask("ann", http.MethodGet, "/rooms/tea/read", "").Body.Bytes(), &got); err != nil || got.Me != ids[19] {
		t.Errorf("the position is %s, %v; want %s", got.Me, err, ids[19])
	}
}

// However many have read, an answer has the newest.
func TestReadPositionsAreBounded(t *testing.T) {
	h := newHouse(t)
	one, two := h.say("ann", "tea", "Ann", "one"), h.say("ann", "tea", "Ann", "two")
	seq := func(address string) uint64 { id, _ := chat.ParseID(idOf(address)); return id.Seq }
	for i := range views.ShownReads + 10 {
		of := one
		if i < 5 {
			of = two
		}
		from := chat.Person{ID: chat.PersonID(fmt.Sprint("g", i)), Name: chat.Name(fmt.Sprintf("p%03d", i))}
		if _, _, err := h.Store.Append(t.Context(), chat.Draft{Room: "tea", From: from, Body: chat.Read{Upto: seq(of)}}); err != nil {
			t.Fatal(err)
		}
	}
	var got roomReads
	if err := json.Unmarshal(h.ask("nobody", http.MethodGet, "/rooms/tea/read", "").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if n := len(got.Positions); n != views.ShownReads || got.Count != n+10 || got.Positions[4].ID.Seq != seq(two) || got.Positions[5].ID.Seq != seq(one) {
		t.Errorf("there are %d positions of %d", n, got.Count)
	}
}

// The page knows how far its reader has read, and that of a stranger nothing.
func TestPageHasTheReadPosition(t *testing.T) {
	h := newHouse(t)
	one := idOf(h.say("ann", "tea", "Ann", "one"))
	h.want(200, "", "ann", http.MethodPut, "/rooms/tea/read?user_name=Ann", readUpTo(one))
	for who, want := range map[string]string{"ann": one, "ben": "", "nobody": ""} {
		r := h.request(who, http.MethodGet, "/rooms/tea")
		view, err := h.roomView(r, "tea")
		if err != nil || view.LastRead != want {
			t.Errorf("to %s the last message read is %q, %v; want %q", who, view.LastRead, err, want)
		}
	}
}

// Who reads along at a fast rate can still write.
func TestReadPositionsHaveTheirOwnRate(t *testing.T) {
	h := newLimitedHouse(t, 2)
	one := idOf(h.say("ann", "tea", "Ann", "one"))
	refused := func() bool {
		w := h.ask("ann", http.MethodPut, "/rooms/tea/read", readUpTo(one))
		return w.Code == http.StatusTooManyRequests
	}
	for range 1000 { // a slow machine gives back as much as a few take
		if refused() {
			h.say("ann", "tea", "Ann", "two")
			return
		}
	}
	t.Error("read positions are not limited")
}

// Who writes without script has read what is above their message.
func TestWritingWithoutScriptIsReading(t *testing.T) {
	h := newHouse(t)
	for _, who := range []string{"ben", "nobody"} {
		r := httptest.NewRequest(http.MethodPost, "/rooms/tea/messages", strings.NewReader("user_name="+who+"&message=hi"))
		r.Header.Set("Content-Type", typeForm)
		r.Header.Set("Accept", typeHTML)
		h.people[who](r)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	var got roomReads
	if err := json.Unmarshal(h.ask("ben", http.MethodGet, "/rooms/tea/read", "").Body.Bytes(), &got); err != nil || got.Me == nil || got.Count != 1 {
		t.Errorf("ben has read %+v, %v", got, err)
	}
}
