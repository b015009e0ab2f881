package program

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestForeignCookie: a cookie that is forged, cut, or of another server on the same host makes
// somebody new, who cannot change what others wrote nor take their name.
func TestForeignCookie(t *testing.T) {
	t.Parallel()
	s, other := newServer(t), newServer(t)
	ann := s.guest("Ann")
	id := ann.writes("tea", "mine", nil)
	at := "/rooms/tea/messages/" + id
	name, value, _ := strings.Cut(ann.cookie, "=")
	flipped := []byte(value)
	flipped[len(flipped)/2] ^= 1
	foreignName, foreignValue, _ := strings.Cut(other.guest("Ann").cookie, "=")
	for what, cookie := range map[string]string{
		"of another server": foreignName + "=" + foreignValue,
		"another's value":   name + "=" + foreignValue,
		"another's name":    foreignName + "=" + value,
		"forged":            name + "=" + string(flipped),
		"cut":               name + "=" + value[:len(value)-1],
		"longer":            name + "=" + value + "A",
		"empty":             name + "=",
		"only the person":   name + "=" + value[:16],
		"two that are bad":  name + "=" + value[:8] + "; " + name + "=" + foreignValue,
	} {
		t.Run(what, func(t *testing.T) {
			foreign := &guest{s, "Ann", cookie}
			wantRefused(t, foreign, http.StatusForbidden, http.MethodPatch, at, map[string]string{"message": "theirs"})
			wantRefused(t, foreign, http.StatusForbidden, http.MethodDelete, at, nil)
			wantRefused(t, foreign, http.StatusConflict, http.MethodPost, "/rooms/tea/messages", map[string]string{"user_name": "Ann", "message": "me too"})
			res, _ := s.get("/", http.Header{"Accept": {"text/html"}, "Cookie": {cookie}})
			if given := res.Cookies(); len(given) != 1 || given[0].Value == value {
				t.Errorf("a page sets the cookies %v", given)
			}
		})
	}
	ann.must(http.MethodPatch, at, map[string]string{"message": "still mine"}, nil)
	if got := s.texts("tea"); len(got) != 1 || got[0] != "Ann: still mine" {
		t.Errorf("the room has %q", got)
	}
}

func wantRefused(t *testing.T, g *guest, status int, method, target string, body map[string]string) {
	t.Helper()
	err := g.does(t.Context(), method, target, body, nil)
	if r, ok := errors.AsType[*refusal](err); !ok || r.status != status {
		t.Errorf("%s %s as %s: %v, want status %d", method, target, g.cookie, err, status)
	}
}
