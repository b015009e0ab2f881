package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// sendForm sends a form of the page as a browser does, as a person, and returns the answer.
func (h *house) sendForm(as, address string, fields url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
	h.people[as](r)
	r.Header.Set("Content-Type", typeForm)
	r.Header.Set("Accept", typeHTML)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The page of a thread answers the message with which it begins, whatever message of it is asked for;
// if that was deleted, the next one. What is done by forms leads back to it.
func TestPageOfAThread(t *testing.T) {
	h, ids, _ := aHouseWithAThread(t, aThread)
	page := func(query string) string {
		return ask(h, "/rooms/tea?"+query, http.Header{"Accept": {typeHTML}}).Body.String()
	}
	thread := "/rooms/tea?thread=" + ids[1]
	for part, page := range map[string]string{
		`data-thread="` + ids[1] + `"`:                                        page("thread=" + ids[12]),
		`name="reply_to" value="` + ids[1] + `"`:                              page("thread=" + ids[8]),
		`action="/rooms/tea/messages?thread=` + ids[1] + `"`:                  page("thread=" + ids[7]),
		`id="back" class="tool back" href="/rooms/tea"`:                       page("thread=" + ids[1]),
		`formaction="/rooms/tea/messages/` + ids[3] + `/pin?thread=` + ids[1]: page("thread=" + ids[1] + "&message=" + ids[3]),
		`href="` + thread + `&amp;reply=` + ids[7]:                            page("thread=" + ids[1] + "&message=" + ids[7]),
		`name="reply_to" value="` + ids[7] + `"`:                              page("thread=" + ids[1] + "&reply=" + ids[7]),
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page of the thread has no %s", part)
		}
	}

	said := h.sendForm("ben", "/rooms/tea/messages?thread="+ids[1], url.Values{"user_name": {"Ben"}, "message": {"number 20"}, "reply_to": {ids[1]}})
	if to := said.Header().Get("Location"); said.Code != http.StatusSeeOther || !strings.HasPrefix(to, thread+"#m-") {
		t.Errorf("the form leads by %d to %s", said.Code, to)
	}
	reacted := h.sendForm("ben", "/rooms/tea/messages/"+ids[3]+"/react?thread="+ids[1], url.Values{"emoji": {"👍"}})
	if to := reacted.Header().Get("Location"); reacted.Code != http.StatusSeeOther || to != thread+"#m-"+ids[3] {
		t.Errorf("the reaction leads by %d to %s", reacted.Code, to)
	}
	if got := numbers(rowsOf(page("thread=" + ids[1]))); got != "1 3 7 8 12 19 20" {
		t.Errorf("the thread has %s", got)
	}

	h.want(200, "", "ann", http.MethodDelete, "/rooms/tea/messages/"+ids[1], "")
	if page := page("thread=" + ids[1]); !strings.Contains(page, `name="reply_to" value="`+ids[3]+`"`) {
		t.Error("what is written answers the deleted message")
	}
}

// What could not be sent comes back on the page where it was written, and answers what it did.
func TestUnsentReply(t *testing.T) {
	h, ids, _ := aHouseWithAThread(t, aThread)
	form := url.Values{"user_name": {"two\nlines"}, "message": {"kept"}, "reply_to": {ids[7]}}
	for query, want := range map[string]string{"": `action="/rooms/tea/messages"`, "?thread=" + ids[1]: `action="/rooms/tea/messages?thread=` + ids[1] + `"`} {
		page := h.sendForm("ben", "/rooms/tea/messages"+query, form).Body.String()
		for _, part := range []string{want, ">kept</textarea>", `name="reply_to" value="` + ids[7] + `"`, `dir="auto">number 7</span>`} {
			if !strings.Contains(page, part) {
				t.Errorf("after %q the page has no %s", query, part)
			}
		}
		if strings.Count(page, `name="reply_to"`) != 1 {
			t.Errorf("after %q the form answers two messages", query)
		}
	}
}
