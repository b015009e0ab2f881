package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzAsk: whatever is asked is a question of which each part is told as it was sent, or is refused; it is never
// the server's fault.
func FuzzAsk(f *testing.F) {
	server := newUnlistened(f, 0)
	built(f, server)
	f.Add("application/json", `{"user_name":"Mina","message":"Tea?","choices":["yes","no"],"from":["Ann"],"wait":"10m","default":"no","client_id":"1"}`)
	f.Add("application/json", `{"user_name":"Mina","message":"Tea?","choices":["예","아니요"],"wait":1.5e3,"poll":true}`)
	f.Add("application/json", `{"user_name":"Mina","message":"Tea?","choices":["a\u2028","\ud800"],"wait":-1}`)
	f.Add("application/json; charset=utf-8", `{"choices":[1],"wait":[]}{`)
	f.Add(typeForm, "user_name=Mina&message=Tea?&choices=yes&choices=no&wait=1e400&poll")
	f.Add(typeForm, `{"message":"Tea?"}`)
	f.Add(typeForm, "choices=%ff&choices=%zz;")
	f.Add("text/plain", "Tea?")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/rooms/fuzz/asks", strings.NewReader(body))
		r.Header.Set("Content-Type", headerValue(contentType))
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code < 400 && w.Code != http.StatusCreated || w.Code >= 500 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if w.Code != http.StatusCreated {
			return
		}
		if !strings.Contains(w.Body.String(), `"ask":{"choices":["`) {
			t.Errorf("it is no question: %s", w.Body)
		}
		at := w.Header().Get("Location")
		if got := ask(server, at, http.Header{}); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"state":"open"`) {
			t.Errorf("it is read as %d %s", got.Code, got.Body)
		}
		for _, answer := range []string{body, contentType} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, at+"/answer", strings.NewReader(answer))
			r.Header.Set("Content-Type", headerValue(contentType))
			w := httptest.NewRecorder()
			if server.ServeHTTP(w, r); w.Code >= 500 {
				t.Errorf("%q is answered with %d: %s", answer, w.Code, w.Body)
			}
		}
	})
}
