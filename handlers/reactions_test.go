package handlers

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

// wireReaction is a reaction of a message in JSON.
type wireReaction struct {
	Emoji  string
	Count  int
	Names  []string
	Mine   bool
	MineAs string `json:"mine_as"`
}

// reactions returns those of a message as they are to somebody.
func (h *house) reactions(who, message string) []wireReaction {
	h.t.Helper()
	var m struct{ Reactions []wireReaction }
	if w := h.want(200, "", who, http.MethodGet, message, ""); json.Unmarshal(w.Body.Bytes(), &m) != nil {
		h.t.Fatalf("%s: %s", message, w.Body)
	}
	return m.Reactions
}

// replay is what a page makes of an event: it knows the emoji and the name. It reports whether
// that changed anything.
func replay(all []wireReaction, name string, r chat.Reaction) ([]wireReaction, bool) {
	i := slices.IndexFunc(all, func(have wireReaction) bool { return have.Emoji == r.Emoji })
	there := i >= 0 && slices.Contains(all[i].Names, name)
	switch {
	case there != r.Removed:
		return all, false
	case r.Removed:
		all[i].Count--
		all[i].Names = slices.DeleteFunc(all[i].Names, func(n string) bool { return n == name })
		if all[i].Count == 0 {
			all = slices.Delete(all, i, i+1)
		}
	case i < 0:
		all = append(all, wireReaction{Emoji: r.Emoji, Count: 1, Names: []string{name}})
	default:
		all[i].Count++
		all[i].Names = append(all[i].Names, name)
	}
	return all, true
}

// A page that applies the events by emoji and name has what a fresh load has, whoever reacts
// under whichever names. Nobody counts twice, and what changes nothing is no event.
func TestReactionsByName(t *testing.T) {
	names := map[string][]string{ // those that somebody goes by
		"ann": {"Ann", "ANN", "Annie", "anonymous"}, "ben": {"Ben", "Benny", "anonymous"}, "nobody": {"Eve", "eve", "anonymous"}, "token": {"ci"},
	}
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 0)) // #nosec G404 -- a test
		h := newHouse(t)
		built(t, h.Server)
		message := h.say("ann", "tea", "Ann", "hi")
		for range 80 {
			who := []string{"ann", "ben", "nobody", "token"}[random.IntN(4)]
			name := names[who][random.IntN(len(names[who]))]
			method := []string{http.MethodPut, http.MethodDelete}[random.IntN(2)]
			at := message + "/reactions/" + []string{"👍", "❤️"}[random.IntN(2)] + "?user_name=" + name
			if w := h.ask(who, method, at, ""); w.Code != http.StatusOK && w.Code != http.StatusNoContent {
				t.Fatalf("%s by %s: %d %s", at, who, w.Code, w.Body)
			}
		}
		h.checkReactions(message)
	}
}

// checkReactions compares the reactions of a message with what comes of the events.
func (h *house) checkReactions(message string) {
	h.t.Helper()
	_, last, err := h.Store.Bounds(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	var want []wireReaction
	type place struct{ emoji, name string }
	by := make(map[place]string) // who has put the emoji under the name
	for ev, err := range h.Store.Read(h.t.Context(), 0, last) {
		r, is := ev.Body.(chat.Reaction)
		if err != nil || !is {
			continue
		}
		at := place{r.Emoji, string(ev.From.Name)}
		var changed bool
		if want, changed = replay(want, string(ev.From.Name), r); !changed && by[at] == ev.From.Key() {
			h.t.Errorf("an event changes nothing: %s", ev.AppendJSON(nil))
		}
		if by[at] = ev.From.Key(); r.Removed {
			delete(by, at)
		}
	}
	for _, who := range []string{"ann", "ben", "nobody", "token"} {
		got := h.reactions(who, message)
		for i, r := range got {
			if r.Mine != (r.MineAs != "") || r.Mine && !slices.Contains(r.Names, r.MineAs) {
				h.t.Errorf("to %s it is %+v", who, r)
			}
			got[i].Mine, got[i].MineAs = false, ""
		}
		if !slices.EqualFunc(got, want, func(a, b wireReaction) bool { return reflect.DeepEqual(a, b) }) {
			h.t.Errorf("to %s the reactions are %+v; by the events %+v", who, got, want)
		}
	}
	once := make(map[string]bool)
	for at, person := range by {
		if once[at.emoji+person] {
			h.t.Errorf("%s counts twice: %v", person, by)
		}
		once[at.emoji+person] = true
	}
}

// Who reacts again, under whatever name, changes nothing; who takes it back does so under the
// name that it was made under.
func TestReactionUnderAnotherName(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "hi")
	thumb := message + "/reactions/👍?user_name="
	h.want(204, "", "ann", http.MethodDelete, thumb+"Ann", "")
	h.want(200, "", "ann", http.MethodPut, thumb+"Ann", "")
	h.want(204, "", "ann", http.MethodPut, thumb+"Annie", "")
	h.want(303, "", "ann", http.MethodPost, message+"/react?user_name=Annie", "emoji=+👍+")
	if got := h.reactions("ann", message); len(got) != 1 || got[0].Count != 1 || got[0].MineAs != "Ann" {
		t.Errorf("the reactions are %+v", got)
	}
	if w := h.want(200, "", "ann", http.MethodDelete, thumb+"Annie", ""); !strings.Contains(w.Body.String(), `"user_name":"Ann","target"`) {
		t.Errorf("it is taken back by %s", w.Body)
	}
	h.want(204, "", "ann", http.MethodDelete, thumb+"Ann", "")
	h.checkReactions(message)
}

// A retry with its key is answered as stored, whatever there is by then.
func TestRepeatedReaction(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "hi")
	put := func() string {
		r := httptest.NewRequest(http.MethodPut, message+"/reactions/👍?user_name=Ann", nil)
		r.Header.Set("Idempotency-Key", "k1")
		h.people["ann"](r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	first := put()
	if again := put(); again != strings.Replace(first, `"duplicate":false`, `"duplicate":true`, 1) {
		t.Errorf("%s, and again %s", first, again)
	}
	h.want(200, "", "ann", http.MethodDelete, message+"/reactions/👍?user_name=Ann", "")
	if again := put(); !strings.Contains(again, `"duplicate":true`) {
		t.Errorf("a late retry: %s", again)
	}
	if got := h.reactions("ann", message); len(got) != 0 {
		t.Errorf("a late retry reacts again: %+v", got)
	}
}

// A message has no more emoji than a page shows, and each name counts.
func TestReactionsAreBounded(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "hi")
	react := func(status int, code, emoji, name string) {
		h.want(status, code, "nobody", http.MethodPut, message+"/reactions/"+url.PathEscape(emoji)+"?user_name="+name, "")
	}
	for i := range policy.MaxEmoji {
		react(200, "", string(rune('😀'+i)), "Eve")
	}
	react(409, "too_many_emoji", "👍", "Eve")
	for i := range views.ShownNames + 5 {
		react(200, "", "😀", fmt.Sprint("p", i))
	}
	got := h.reactions("ann", message)
	if len(got) != policy.MaxEmoji || got[0].Count != views.ShownNames+6 || len(got[0].Names) != views.ShownNames || got[0].Names[1] != "p0" {
		t.Errorf("the reactions are %+v", got)
	}
}

// What is so already is no event: a pin, a topic.
func TestWhatIsSoAlready(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "hi")
	for _, tt := range []struct {
		status             int
		method, path, body string
	}{
		{204, http.MethodDelete, message + "/pin", ""}, {200, http.MethodPut, message + "/pin", ""}, {204, http.MethodPut, message + "/pin", ""},
		{303, http.MethodPost, message + "/pin", "x=1"}, {200, http.MethodDelete, message + "/pin", ""}, {303, http.MethodPost, message + "/pin", "removed=1"},
		{200, http.MethodPut, "/rooms/tea", `{"topic":"tea"}`}, {204, http.MethodPut, "/rooms/tea", `{"topic":"tea"}`},
		{204, http.MethodPut, "/rooms/tea", `{}`}, {303, http.MethodPost, "/rooms/tea/settings", "topic=tea"},
	} {
		h.want(tt.status, "", "ann", tt.method, tt.path, tt.body)
	}
	if _, last, err := h.Store.Bounds(t.Context()); err != nil || last != 2+2+2+1 { // tokens, message and claim, pins, topic
		t.Errorf("there are %d events, %v", last, err)
	}
}
