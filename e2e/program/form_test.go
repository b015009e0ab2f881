package program

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var formID = regexp.MustCompile(`<input type="hidden" name="client_id" value="([^"]+)"`)

// idIn returns the client id of the form in a page.
func idIn(t *testing.T, page string) string {
	t.Helper()
	match := formID.FindStringSubmatch(page)
	if match == nil {
		t.Fatalf("the page has no form with a client id:\n%s", page)
	}
	return html.UnescapeString(match[1])
}

// submit sends the form of a page as a browser without script does.
func (s *server) submit(name, text, id string) (*http.Response, string) {
	s.t.Helper()
	form := url.Values{"user_name": {name}, "message": {text}, "client_id": {id}}
	return s.post("/rooms/tea/messages", header("Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"), form.Encode())
}

// TestFormSentTwice: a second click, or a reload of the answer, says nothing again; another
// page does.
func TestFormSentTwice(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, page := s.get("/rooms/tea", browser)
	id := idIn(t, page)
	for range 2 {
		if res, body := s.submit("Ann", "hello", id); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d: %s", res.StatusCode, body)
		}
	}
	_, page = s.get("/rooms/tea", browser)
	s.submit("Ann", "hello", idIn(t, page))
	if got, want := s.texts("tea"), []string{"Ann: hello", "Ann: hello"}; !slices.Equal(got, want) {
		t.Errorf("the room has %q, want %q", got, want)
	}
}

// TestFormGoneBackTo: the form of a page that the browser kept may have been sent already.
// Another text in it is explained once, and sent by the form of that answer.
func TestFormGoneBackTo(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, page := s.get("/rooms/tea", browser)
	id := idIn(t, page)
	s.submit("Ann", "first", id)
	res, page := s.submit("Ann", "second", id)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, ">second</textarea>") || !strings.Contains(page, "send it again") {
		t.Fatalf("status %d: %s", res.StatusCode, page)
	}
	if res, page = s.submit("Ann", "second", idIn(t, page)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d: %s", res.StatusCode, page)
	}
	if got, want := s.texts("tea"), []string{"Ann: first", "Ann: second"}; !slices.Equal(got, want) {
		t.Errorf("the room has %q, want %q", got, want)
	}
}

// TestFormKeepsItsID: the answer to a form that failed has the form's own id, since some
// failures leave it open whether the message was stored; unless that id is what failed.
func TestFormKeepsItsID(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, page := s.get("/rooms/tea", browser)
	id := idIn(t, page)
	for _, test := range []struct {
		given string
		kept  bool
	}{{id, true}, {"two words", false}, {strings.Repeat("x", 200), false}, {"", false}} {
		res, page := s.submit("zero\u200bwidth", "hello", test.given)
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", test.given, res.StatusCode)
		}
		if got := idIn(t, page); (got == test.given) != test.kept {
			t.Errorf("the form came with the id %q and went back with %q", test.given, got)
		}
	}
	if got := s.texts("tea"); len(got) != 0 {
		t.Errorf("the room has %q", got)
	}
}
