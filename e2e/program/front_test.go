package program

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// newFront is a proxy in front of a server. It answers the first requests itself, with
// these, and passes on all that come after.
func newFront(t *testing.T, s *server, first ...http.HandlerFunc) *httptest.Server {
	t.Helper()
	to, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{
		Transport:     s.client.Transport,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		FlushInterval: -1,
	}
	var mu sync.Mutex
	return startFront(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		answer := pass.ServeHTTP
		if len(first) > 0 {
			answer, first = first[0], first[1:]
		}
		mu.Unlock()
		answer(w, r)
	})
}

// startFront starts one that answers every request so.
func startFront(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	f := httptest.NewServer(answer)
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

// passThen passes a request on, and answers with something else than the server did.
func passThen(s *server, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if _, _, err := s.do(r.Context(), r.Method, r.URL.Path, r.Header, string(body)); err != nil {
			s.t.Error(err)
		}
		answer(w, r)
	}
}

// answering is an answer with this status, of this media type.
func answering(status int, mediaType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // its test fails if that does
	}
}

const loginPage = "<!doctype html><title>Log in</title>"

// foreignAnswers are those of proxies, of login pages and of other programs.
var foreignAnswers = map[string]http.HandlerFunc{
	"400 of a proxy":      answering(400, "text/html", "<h1>Bad Request</h1>"),
	"401":                 answering(401, "text/html", loginPage, "WWW-Authenticate", "Basic"),
	"403":                 answering(403, "text/html", "<h1>Forbidden</h1>"),
	"404":                 answering(404, "text/plain", "404 page not found\n"),
	"404 as JSON":         answering(404, "application/json", `{"code":"not_found","detail":"no app"}`),
	"404 as a problem":    answering(404, "application/problem+json", `{"title":"Not Found","status":404}`),
	"405":                 answering(405, "text/html", ""),
	"407":                 answering(407, "text/html", ""),
	"408":                 answering(408, "text/plain", ""),
	"413":                 answering(413, "text/html", ""),
	"425":                 answering(425, "text/plain", ""),
	"429 of a proxy":      answering(429, "text/html", "", "Retry-After", "0"),
	"500":                 answering(500, "text/html", ""),
	"502":                 answering(502, "text/html", "<h1>502 Bad Gateway</h1>"),
	"503":                 answering(503, "text/html", "", "Retry-After", "1"),
	"504":                 answering(504, "text/html", ""),
	"login by 302":        answering(302, "text/html", loginPage, "Location", "/login?rd=%2Fevents"),
	"login by 303":        answering(303, "text/html", "", "Location", "https://login.example/"),
	"login by 307":        answering(307, "text/html", "", "Location", "//login.example/start"),
	"login by 200":        answering(200, "text/html; charset=utf-8", loginPage),
	"304":                 answering(304, "text/html", ""),
	"redirect to nowhere": answering(302, "text/html", ""),
	"JSON of another":     answering(200, "application/json", `{"ok":true}`),
	"ack of another":      answering(201, "application/json", `{"id":"aaaaaaaaaa-7","seq":7,"client_id":"another"}`),
	"nothing":             answering(204, "", ""),
	"cut":                 func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"cut in the midst": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(201)
		_, _ = io.WriteString(w, `{"id":`)
	},
}

// runCommand runs a command of the program, and returns what it wrote to the standard
// error, and as an error what it said in the end if it failed.
func runCommand(t *testing.T, stdin string, args ...string) (said string, err error) {
	t.Helper()
	cmd := program(t, nil, args...)
	cmd.Stdin = strings.NewReader(stdin)
	p := launch(t, cmd)
	code := p.wait()
	if out := p.stdout.String(); out != "" {
		t.Errorf("%q wrote %q to the standard output", args, out)
	}
	said = p.stderr.String()
	if code == 0 {
		return said, nil
	}
	last := strings.LastIndexByte(strings.TrimSuffix(said, "\n"), '\n') + 1
	sentence, ok := strings.CutPrefix(strings.TrimSuffix(said[last:], "\n"), "plainchat: ")
	if code != 1 || !ok {
		t.Errorf("%q: exit code %d, %q", args, code, said)
	}
	return said[:last], errors.New(sentence)
}
