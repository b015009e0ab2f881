package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// aHouseWithAThread has in the room tea the messages 0 to 19, of which those that threads has
// answer others, and one message in another room.
func aHouseWithAThread(t *testing.T, threads map[int]int) (h *house, ids []string, elsewhere string) {
	h = newHouse(t)
	for i := range 20 {
		body := map[string]string{"user_name": "Ann", "message": fmt.Sprint("number ", i)}
		if to, answers := threads[i]; answers {
			body["reply_to"] = ids[to]
		}
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, idOf(h.want(201, "", "ann", http.MethodPost, "/rooms/tea/messages", string(data)).Header().Get("Location")))
	}
	return h, ids, idOf(h.say("ann", "ink", "Ann", "elsewhere"))
}

var aThread = map[int]int{3: 1, 7: 3, 8: 1, 12: 7, 13: 5, 19: 12}

var numbered = regexp.MustCompile(`number (\d+)`)

// numbers are those of the messages in an answer, once each.
func numbers(body string) string {
	var all []string
	for _, match := range numbered.FindAllStringSubmatch(body, -1) {
		if len(all) == 0 || all[len(all)-1] != match[1] {
			all = append(all, match[1])
		}
	}
	return strings.Join(all, " ")
}

// rowsOf leaves of a page the texts of its rows.
func rowsOf(page string) string {
	_, rows, _ := strings.Cut(page, `<ol id="messages"`)
	rows, _, _ = strings.Cut(rows, "</ol>")
	return strings.Join(regexp.MustCompile(`<div class="text"[^>]*>[^<]*`).FindAllString(rows, -1), "")
}

// A page is around a message, of its thread, or before or after it, in each form.
func TestPlaces(t *testing.T) {
	h, ids, _ := aHouseWithAThread(t, aThread)
	for _, tt := range []struct{ query, want, html string }{
		{"around=4&limit=4", "3 4 5 6", ""}, {"around=4&limit=1", "4", ""}, {"around=4&limit=2", "4 5", ""},
		{"around=0&limit=6", "0 1 2 3", ""}, {"around=19&limit=4", "16 17 18 19", ""}, {"around=18&limit=4", "16 17 18 19", ""},
		{"around=17&limit=4", "16 17 18 19", ""},
		{"thread=7", "1 3 7 8 12 19", "1 3 7 8 12 19"}, {"thread=1&limit=2", "1 3", ""}, {"thread=19&after=7&limit=2", "8 12", ""},
		{"thread=19&after=7", "8 12 19", "8 12 19"}, {"thread=13", "5 13", "5 13"}, {"thread=0", "0", "0"},
		{"before=4", "0 1 2 3", "0 1 2 3"}, {"after=16", "17 18 19", "17 18 19"}, {"before=4&after=1", "2 3", "2 3"},
	} {
		query := regexp.MustCompile(`=(\d+)`).ReplaceAllStringFunc(strings.SplitN(tt.query, "&limit", 2)[0], func(m string) string {
			var n int
			_, _ = fmt.Sscan(m[1:], &n)
			return "=" + ids[n]
		})
		if _, limit, has := strings.Cut(tt.query, "&limit"); has {
			query += "&limit" + limit
		}
		if got := ask(h, "/rooms/tea/messages?"+query, http.Header{}); got.Code != 200 || texts(got) != tt.want {
			t.Errorf("%s has %s; %d", tt.query, texts(got), got.Code)
		}
		if got := ask(h, "/rooms/tea?"+query, http.Header{"Accept": {"text/plain"}}); numbers(regexp.MustCompile(`> .*`).ReplaceAllString(got.Body.String(), "")) != tt.want {
			t.Errorf("%s as text is %s", tt.query, got.Body)
		}
		if tt.html == "" {
			continue
		}
		if got := ask(h, "/rooms/tea?"+query, http.Header{"Accept": {typeHTML}}).Body.String(); numbers(rowsOf(got)) != tt.html {
			t.Errorf("%s as a page has %s", tt.query, numbers(rowsOf(got)))
		}
	}
}

// texts are the numbers of the messages in JSON, without those that they quote.
func texts(w *httptest.ResponseRecorder) string { return numbers(textsOf(w)) }

// Links lead through a thread, and from the middle of a room to both of its ends.
func TestLinksOfPlaces(t *testing.T) {
	h, ids, _ := aHouseWithAThread(t, aThread)
	for _, tt := range []struct{ query, rel, want string }{
		{"thread=" + ids[7] + "&limit=2", "next", "1 3|7 8|12 19"},
		{"around=" + ids[10] + "&limit=4", "prev", "9 10 11 12|5 6 7 8|1 2 3 4|0"},
		{"around=" + ids[10] + "&limit=4", "next", "9 10 11 12|13 14 15 16|17 18 19"},
	} {
		var got []string
		for next := "/rooms/tea/messages?" + tt.query; next != "" && len(got) < 10; {
			w := ask(h, next, http.Header{})
			got, next = append(got, texts(w)), ""
			for _, link := range w.Header()["Link"] {
				if target, rel, _ := strings.Cut(link, ">; "); rel == `rel="`+tt.rel+`"` {
					next = strings.TrimPrefix(target, "<")
				}
			}
		}
		if strings.TrimSuffix(strings.Join(got, "|"), "|") != tt.want {
			t.Errorf("%s to %s: %q", tt.query, tt.rel, got)
		}
	}
}

// What is no place in the room is answered with what to do.
func TestPlacesThatAreNone(t *testing.T) {
	h, ids, elsewhere := aHouseWithAThread(t, aThread)
	for _, tt := range []struct {
		status int
		code   string
		query  string
	}{
		{404, "not_found", "around=" + elsewhere}, {404, "not_found", "thread=" + elsewhere},
		{404, "not_found", "around=" + h.id(9999)}, {404, "not_found", "thread=" + h.id(9999)}, {404, "not_found", "around=" + h.id(0)},
		{404, "not_found", "around=" + h.id(1)}, // a token
		{422, "invalid", "around=other-1"}, {422, "invalid", "thread=x"},
		{422, "invalid", "around=" + ids[1] + "&before=" + ids[2]}, {422, "invalid", "around=" + ids[1] + "&after=" + ids[2]},
		{422, "invalid", "thread=" + ids[1] + "&before=" + ids[2]}, {422, "invalid", "thread=" + ids[1] + "&around=" + ids[2]},
	} {
		h.want(tt.status, tt.code, "nobody", http.MethodGet, "/rooms/tea/messages?"+tt.query, "")
		h.want(tt.status, tt.code, "nobody", http.MethodGet, "/rooms/tea?"+tt.query, "")
		if page := ask(h, "/rooms/tea?"+tt.query, http.Header{"Accept": {typeHTML}}); page.Code != tt.status || !strings.Contains(page.Body.String(), `href="/rooms/tea"`) {
			t.Errorf("the page of %s: %d %s", tt.query, page.Code, page.Body)
		}
	}
	for _, place := range []string{"around", "thread"} {
		h.want(422, "invalid", "nobody", http.MethodGet, "/rooms/tea?follow&"+place+"="+ids[1], "")
	}
}

// In the place of a deleted message stands that it was; its thread goes on without it.
func TestPlaceOfADeletedMessage(t *testing.T) {
	h, ids, _ := aHouseWithAThread(t, aThread)
	h.want(200, "", "ann", http.MethodDelete, "/rooms/tea/messages/"+ids[7], "")
	if got := texts(ask(h, "/rooms/tea/messages?limit=4&around="+ids[7], http.Header{})); got != "6 8 9" {
		t.Errorf("around it there are %s", got)
	}
	for of, want := range map[int]string{7: "12 19", 12: "12 19", 1: "1 3 8"} {
		if got := texts(ask(h, "/rooms/tea/messages?thread="+ids[of], http.Header{})); got != want && !(of == 7 && got == "12 19") {
			t.Errorf("the thread of %d is %s", of, got)
		}
	}
	r := h.request("nobody", http.MethodGet, "/rooms/tea/messages/"+ids[7])
	r.Header.Set("Accept", typeHTML)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusSeeOther || !strings.HasSuffix(w.Header().Get("Location"), "#m-"+ids[7]) {
		t.Errorf("a browser is led by %d to %s", w.Code, w.Header().Get("Location"))
	}
}

// A page that is not live leads to its neighbours, and stays where it is while something is done.
func TestPagesLeadOn(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for i := range 200 {
		ids = append(ids, idOf(h.say("ann", "tea", "Ann", fmt.Sprint("number ", i))))
	}
	page := func(query string) string {
		return ask(h, "/rooms/tea?"+query, http.Header{"Accept": {typeHTML}}).Body.String()
	}
	after := page("after=" + ids[9])
	for part, page := range map[string]string{
		`rel="prev" href="/rooms/tea?before=` + ids[76]: page("around=" + ids[100]),
		`rel="next" href="/rooms/tea?after=` + ids[125]: page("around=" + ids[100]),
		`rel="prev" href="/rooms/tea?before=` + ids[10]: after,
		`rel="next" href="/rooms/tea?after=` + ids[59]:  after,
		`message=` + ids[20] + `#m-` + ids[20]:          after,
		`rel="next" href="/rooms/tea?after=` + ids[49]:  page("before=" + ids[50]),
		`class="composer"`: page("after=" + ids[180]),
		`number 199`:       page("after=" + ids[199]),
		`number 198`:       page("before=" + ids[0]),
		`<b class="quote-name"><bdi>Ann</bdi></b> <span class="quote-text" dir="auto">number 3<`: page("reply=" + ids[3]),
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if !strings.Contains(page("before="+ids[60]), `rel="prev"`) || !strings.Contains(after, `class="composer needs-script"`) {
		t.Error("without script a page of older messages can be written on, or leads nowhere")
	}
}
