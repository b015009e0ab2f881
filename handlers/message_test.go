package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plainchat/chat"
)

// A message is told as it stands, and what is none is not.
func TestGetMessage(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, aStory...)
	epoch := s.Store.Epoch()
	for _, tt := range []struct {
		target string
		status int
		want   string
	}{
		{"/messages/e-2", 200, `"message":"\ntwo, better\nlines","time":"T","edited":"T","pinned":true,"replies":1,"reactions":[{"emoji":"👍"`},
		{"/rooms/LOBBY/messages/e-3", 200, `"message":"three","reply_to":"e-2"`},
		{"/messages/e-1", 410, `"code":"deleted"`},
		{"/messages/e-5", 404, `"code":"not_found"`}, // an edit
		{"/messages/e-99", 404, `"code":"not_found"`},
		{"/messages/other-2", 404, `"code":"not_found"`},
		{"/messages/2", 404, `"code":"not_found"`},
		{"/rooms/tea/messages/e-2", 404, `"code":"not_found"`},
		{"/rooms/a.b/messages/e-2", 422, `"field":"room"`},
	} {
		answer := ask(s, strings.ReplaceAll(tt.target, "/e-", "/"+epoch+"-"), http.Header{})
		body := anyTime.ReplaceAllString(strings.ReplaceAll(answer.Body.String(), epoch, "e"), "T")
		if answer.Code != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s: %d %s, want %d with %s", tt.target, answer.Code, body, tt.status, tt.want)
		}
	}
}

// A browser is led to the place of a message, with what was said before and after it, be it
// old or new.
func TestPlaceOfAMessage(t *testing.T) {
	s := newUnlistened(t, 0)
	var bodies []chat.Body
	for i := range 200 {
		bodies = append(bodies, chat.Message{Text: fmt.Sprint("number ", i+1)})
	}
	built(t, s)
	happen(t, s, bodies...)
	browser := http.Header{"Accept": {typeHTML}}
	for seq, around := range map[int][2]int{1: {1, 26}, 100: {76, 125}, 174: {150, 199}, 190: {151, 200}, 200: {151, 200}} {
		id := fmt.Sprintf("%s-%d", s.Store.Epoch(), seq)
		answer := ask(s, "/rooms/lobby/messages/"+id, browser)
		to, anchor, _ := strings.Cut(answer.Header().Get("Location"), "#")
		if answer.Code != http.StatusSeeOther || anchor != "m-"+id {
			t.Fatalf("%d to %s#%s", answer.Code, to, anchor)
		}
		page := ask(s, to, browser).Body.String()
		for n, shown := range map[int]bool{around[0] - 1: false, around[0]: true, seq: true, around[1]: true, around[1] + 1: false} {
			if has := strings.Contains(page, fmt.Sprintf(`id="m-%s-%d"`, s.Store.Epoch(), n)); has != shown {
				t.Errorf("the page around %d has number %d: %t", seq, n, has)
			}
		}
		if newest := !strings.Contains(page, `rel="next"`); newest != (around[1] == 200) {
			t.Errorf("the page around %d ends with the newest message: %t", seq, newest)
		}
	}
}
