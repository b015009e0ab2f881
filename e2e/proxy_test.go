package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// proxy stands before the program, as one that restarts or asks for a login does.
type proxy struct {
	t      *testing.T
	server *server
	front  *httptest.Server
	url    string
	pass   http.Handler // to the program

	mu      sync.Mutex
	instead http.HandlerFunc // answers in the program's place, unless nil
	after   http.HandlerFunc // answers once the program has, unless nil
}

func startProxy(t *testing.T) *proxy {
	t.Helper()
	return startProxyOf(t, startServer(t))
}

func startProxyOf(t *testing.T, s *server) *proxy {
	t.Helper()
	p := &proxy{t: t, server: s}
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	pass.FlushInterval = -1
	pass.ErrorHandler = page502
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		instead, after := p.answers()
		switch {
		case instead != nil && r.URL.Path != "/login":
			instead(w, r)
		case after != nil && r.Method == http.MethodPost:
			pass.ServeHTTP(httptest.NewRecorder(), r)
			after(w, r)
		case r.URL.Path == "/login":
			pageLogin(w, r)
		default:
			pass.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections)
	p.front, p.url, p.pass = front, front.URL, pass
	return p
}

func (p *proxy) answers() (instead, after http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.instead, p.after
}

func (p *proxy) answer(instead, after http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instead, p.after = instead, after
}

// Answers that are not the program's.
func pageOf(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!doctype html><title>Proxy</title>")
	}
}

func page502(w http.ResponseWriter, r *http.Request, _ error) { pageOf(http.StatusBadGateway)(w, r) }

var pageLogin = pageOf(http.StatusOK)

func toLogin(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/login", http.StatusFound)
}

func foreignJSON(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"id": 7, "code": "invalid", "detail": "from another program"}`)
	}
}

// What a proxy says instead of the program is no verdict: what was written is kept, in its
// order, and sent when the program answers itself.
func TestAnswersOfAProxyAreNoVerdict(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	p := openPage(t, px.url, "Ann")
	var want []string
	for name, answer := range map[string]http.HandlerFunc{
		"502": pageOf(502), "504": pageOf(504), "503": pageOf(503), "404": pageOf(404), "408": pageOf(408), "425": pageOf(425),
		"413": pageOf(413), "422": pageOf(422), "429": pageOf(429), "403": pageOf(403), "JSON 422": foreignJSON(422), "JSON 201": foreignJSON(201),
		"204":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"nothing": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		px.answer(answer, nil)
		p.say("first, during " + name)
		p.say("second, during " + name)
		p.await(waiting)
		if eval[bool](p, failed+` !== null`) {
			t.Errorf("%s of a proxy is taken for final", name)
		}
		if got := eval[string](p, `getComputedStyle(document.querySelector("#outbox .delivery-text")).color`); got != eval[string](p, `getComputedStyle(document.querySelector("#counter")).color`) {
			t.Errorf("%s: what is still being tried is %s, and not quiet", name, got)
		}
		px.answer(nil, nil)
		eval[bool](p, `document.querySelector("#outbox .retry").click() ?? true`)
		p.await(`!document.querySelector("#outbox > *")`)
		want = append(want, "Ann: first, during "+name, "Ann: second, during "+name)
	}
	if got := px.server.History("lobby"); !slices.Equal(got, want) {
		t.Errorf("the room has\n%q\nwant\n%q", got, want)
	}
}

// A message whose acknowledgement was lost goes again under the name that it was written
// under, whatever the person is called by then: under another it would be said twice.
func TestRetryKeepsTheName(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	p := newPage(t, remembered("Ann", px.url), withoutWorker, withoutStream)
	p.do(chromedp.Navigate(px.url))
	p.await(`document.querySelector("#composer").noValidate`) // the script is at work
	px.answer(nil, pageOf(http.StatusBadGateway))
	p.say("once")
	p.await(waiting)
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(insert("Zed"), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#identity-name").textContent === "Zed"`)
	px.answer(nil, nil)
	eval[bool](p, `document.querySelector("#outbox .retry").click() ?? true`)
	p.await(`!document.querySelector("#outbox > *")`)
	if got := px.server.History("lobby"); !slices.Equal(got, []string{"Ann: once"}) {
		t.Errorf("the room has %q", got)
	}
}

// Who has to log in again at the proxy is told, can load the page anew, and loses nothing.
func TestLoginExpired(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect": toLogin, "401": pageOf(http.StatusUnauthorized), "a page": pageLogin,
	} {
		px := startProxy(t)
		p := openPage(t, px.url, "Ann")
		px.answer(answer, nil)
		p.say("written too late")
		p.await(`!document.querySelector("#reload").hidden && document.querySelector("#banner-text").textContent.includes("login")`)
		p.await(bannerShown)
		p.await(waiting)
		px.answer(nil, nil) // logged in again, perhaps in another tab
		if _, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS("#reload"))); err != nil {
			t.Fatal(err)
		}
		p.awaitText("written too late")
		p.await(`document.querySelector("#banner").hidden`)
		if got := px.server.History("lobby"); !slices.Equal(got, []string{"Ann: written too late"}) {
			t.Errorf("%s: the room has %q", name, got)
		}
	}
}

// The stream finds out too, without anything being sent; and goes on by itself.
func TestStreamMeetsALogin(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	p := openPage(t, px.url, "Ann")
	px.answer(toLogin, nil)
	px.front.CloseClientConnections()
	p.await(`document.querySelector("#banner-text").textContent.includes("login")`)
	p.await(`document.querySelector("#connection").dataset.state === "lost"`)
	px.answer(nil, nil)
	p.awaitConnected()
	p.await(`document.querySelector("#banner").hidden`)
}

// A server that is full says so itself, and the page after it.
func TestServerIsFull(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--max-streams", "1")
	first := openPage(t, s.URL, "Ann")
	second := newPage(t, remembered("Bob", s.URL))
	second.do(chromedp.Navigate(s.URL))
	second.await(`document.querySelector("#banner-text").textContent.includes("as many listeners")`)
	first.close()
	second.awaitConnected()
}

// A name is refused by the program alone.
func TestNameIsNotRefusedByAProxy(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	p := openPage(t, px.url, "Ann")
	px.answer(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "user_name=Zed") {
			pageOf(http.StatusUnprocessableEntity)(w, r)
			return
		}
		pageOf(http.StatusBadGateway)(w, r)
	}, nil)
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(insert("Zed"), chromedp.KeyEvent(kb.Enter+"hello"+kb.Enter))
	p.await(waiting)
	if got := eval[string](p, nameProblem); got != "" {
		t.Errorf("the name is refused: %q", got)
	}
	px.answer(nil, nil)
	p.awaitText("hello")
	p.wantMessages("Zed: hello")
	p.await(`document.cookie.includes("Zed")`)
}
