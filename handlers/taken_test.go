package handlers

import (
	"net/http"
	"strings"
	"testing"
)

// browsing makes somebody one who has a browser.
func (h *house) browsing(who string) {
	known := h.people[who]
	h.people[who] = func(r *http.Request) {
		known(r)
		r.Header.Set("Accept", typeHTML)
	}
}

// Without the script, a name that is taken is named beside its open field, which has one that is free;
// and the messages of its owner are not shown as one's own.
func TestTakenNameOfAForm(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	h.browsing("ben")
	page := h.ask("ben", http.MethodPost, "/rooms/tea/messages", "user_name=Ann&message=not+mine").Body.String()
	wantMarkup(t, page, "Ann belongs to somebody else. Ann 2 is free", `class="identity" open>`, `value="Ann 2"`, "not mine</textarea>")
	_, list, _ := strings.Cut(page, `id="messages"`)
	list, _, _ = strings.Cut(list, "</ol>")
	if !strings.Contains(list, "mine") || strings.Contains(list, `class="message own`) {
		t.Error("a message of the name's owner is shown as one's own")
	}
}

// A form that changes something and is refused is told as a change, not as a message.
func TestRefusedChangeHasItsTitle(t *testing.T) {
	h := newHouse(t)
	h.browsing("ann")
	w := h.ask("ann", http.MethodPost, "/rooms/tea/settings", "topic="+strings.Repeat("x", 251))
	wantMarkup(t, w.Body.String(), "Nothing was changed", "shorten it", `href="/rooms/tea"`)
}
