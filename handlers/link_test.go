package handlers

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/getkin/kin-openapi/openapi3filter"

	"plainchat/identity"
)

// device is a browser, as far as cookies go.
type device struct {
	h       *house
	cookies map[string]*http.Cookie
	said    string // the address of the first message
}

func (h *house) device(cookies ...*http.Cookie) *device {
	d := &device{h: h, cookies: make(map[string]*http.Cookie)}
	for _, c := range cookies {
		d.cookies[c.Name] = c
	}
	return d
}

// guest is a device that somebody has written from.
func (h *house) guest(name string) *device {
	h.t.Helper()
	d := h.device(h.guests.Cookie(h.guests.New(), false), &http.Cookie{Name: nameCookie, Value: url.PathEscape(name)})
	var said struct{ ID string }
	w := d.ask(http.MethodPost, "/rooms/tea/messages?user_name="+url.QueryEscape(name), "hello")
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != http.StatusCreated {
		h.t.Fatalf("%s writes: %d %s", name, w.Code, w.Body)
	}
	d.said = "/rooms/tea/messages/" + said.ID
	return d
}

// ask sends a request as browsers do, and keeps the cookies of its answer.
func (d *device) ask(method, path, body string) *httptest.ResponseRecorder {
	return d.send(method, path, body, "text/html")
}

func (d *device) send(method, path, body, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept", accept)
	if strings.Contains(body, "=") {
		r.Header.Set("Content-Type", typeForm)
	}
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		d.cookies[c.Name] = c
	}
	return w
}

// link makes a link as the page's script does, and returns its path.
func (d *device) link() string {
	d.h.t.Helper()
	var made linkJSON
	w := d.send(http.MethodPost, "/identity/link", "room=tea", "application/json")
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusCreated {
		d.h.t.Fatalf("status %d, %s", w.Code, w.Body)
	}
	path, ok := strings.CutPrefix(made.URL, "http://example.com")
	if !ok || made.QR != path+"/qr.svg" {
		d.h.t.Errorf("made %+v", made)
	}
	return path
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, status int, parts ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%q is missing in %s", part, w.Body)
		}
	}
	if header := w.Header(); header.Get("Referrer-Policy") != "no-referrer" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer can be kept, or its address told: %v", header)
	}
}

func TestLinkIsAsDescribed(t *testing.T) {
	openapi3filter.RegisterBodyDecoder("image/svg+xml", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder(typeHTML, openapi3filter.PlainBodyDecoder)
	doc := loadDocument(t)
	h := newHouse(t)
	ann := h.guest("Ann")
	describe := func(method, path, target string, w *httptest.ResponseRecorder) {
		answer := w.Result()
		answer.Request = httptest.NewRequest(method, target, http.NoBody)
		exchange{method: method, path: path, target: target, status: w.Code}.check(t, doc, answer)
	}
	describe(http.MethodPost, "/identity/link", "/identity/link", ann.send(http.MethodPost, "/identity/link", "", "*/*"))
	link := ann.link()
	describe(http.MethodGet, "/link/{code}", link, ann.ask(http.MethodGet, link, ""))
	describe(http.MethodGet, "/link/{code}/qr.svg", link+"/qr.svg", ann.ask(http.MethodGet, link+"/qr.svg", ""))
	describe(http.MethodPost, "/link/{code}", link, h.device().ask(http.MethodPost, link, ""))
}

// On the other device a guest writes, and changes what they wrote on the first.
func TestLink(t *testing.T) {
	h := newHouse(t)
	ann, phone := h.guest("Ann"), h.device()
	link := ann.link()
	for range 2 { // a preview uses up nothing
		wantStatus(t, h.device().ask(http.MethodGet, link, ""), http.StatusOK, "Continue as \u2068Ann\u2069")
	}
	wantStatus(t, phone.ask(http.MethodHead, link, ""), http.StatusOK)
	if w := phone.ask(http.MethodGet, link+"/qr.svg", ""); w.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the QR code is %v", w.Header())
	} else {
		wantStatus(t, w, http.StatusOK)
	}
	if len(phone.cookies) != 0 {
		t.Errorf("to look at a link sets %v", phone.cookies)
	}
	w := phone.ask(http.MethodPost, link, "")
	wantStatus(t, w, http.StatusSeeOther)
	if to := w.Header().Get("Location"); to != "/rooms/tea" {
		t.Errorf("it leads to %q", to)
	}
	page := phone.ask(http.MethodGet, "/rooms/tea", "").Body.String()
	if !strings.Contains(page, `value="Ann"`) {
		t.Error("the page does not know the name")
	}
	if w := phone.send(http.MethodPatch, ann.said, "better", "*/*"); w.Code != http.StatusOK {
		t.Errorf("to edit from the phone: %d %s", w.Code, w.Body)
	}
	if w := phone.ask(http.MethodPost, "/rooms/tea/messages?user_name=Ann", "from the phone"); w.Code != http.StatusCreated {
		t.Errorf("to write from the phone: %d %s", w.Code, w.Body)
	}
	for _, other := range []*device{h.device(), phone, ann} {
		before := len(other.cookies)
		wantStatus(t, other.ask(http.MethodGet, link, ""), http.StatusGone, "no longer works")
		wantStatus(t, other.ask(http.MethodPost, link, ""), http.StatusGone, "no longer works")
		wantStatus(t, other.send(http.MethodPost, link, "", "*/*"), http.StatusGone, `"code":"link_over"`)
		if len(other.cookies) != before {
			t.Errorf("a link that is over sets %v", other.cookies)
		}
	}
}

// Whoever has a name on the device is told that they leave it behind.
func TestLinkReplacesAGuest(t *testing.T) {
	h := newHouse(t)
	ann, ben := h.guest("Ann"), h.guest("Ben")
	link := ann.link()
	wantStatus(t, ben.ask(http.MethodGet, link, ""), http.StatusOK, "On this device you are \u2068Ben\u2069 now.")
	wantStatus(t, ann.ask(http.MethodGet, link, ""), http.StatusOK, "Open this address on the other device")
	if w := h.device(h.guests.Cookie(h.guests.New(), false)).ask(http.MethodGet, link, ""); strings.Contains(w.Body.String(), "On this device you are") {
		t.Errorf("somebody without a name is warned: %s", w.Body)
	}
	wantStatus(t, ben.ask(http.MethodPost, link, ""), http.StatusSeeOther)
	if w := ben.ask(http.MethodPost, "/rooms/tea/messages?user_name=Ben", "as before"); w.Code != http.StatusConflict {
		t.Errorf("Ben is left behind, and writes: %d %s", w.Code, w.Body)
	}
}

// Without script, the answer is a page with all that it takes.
func TestLinkAsAPage(t *testing.T) {
	h := newHouse(t)
	w := h.guest("Ann").ask(http.MethodPost, "/identity/link", "room=tea")
	wantStatus(t, w, http.StatusCreated, `href="http://example.com/link/`, `src="/link/`, "within 5 minutes", `href="/rooms/tea"`)
}

// A link is for guests who have a name of their own.
func TestLinkIsForGuests(t *testing.T) {
	h := newHouse(t)
	for _, who := range []string{"nobody", "operator", "token"} {
		h.want(http.StatusForbidden, "needs_person", who, http.MethodPost, "/identity/link", "")
	}
	h.want(http.StatusUnauthorized, "token_invalid", "forged", http.MethodPost, "/identity/link", "")
	ann := h.guest("Ann")
	thief := h.device(h.guests.Cookie(h.guests.New(), false), &http.Cookie{Name: nameCookie, Value: "Ann"})
	for code, d := range map[string]*device{
		`"name_taken"`: thief, `"field":"user_name","code":"empty"`: h.device(h.guests.Cookie(h.guests.New(), false)),
	} {
		if w := d.send(http.MethodPost, "/identity/link", "", "*/*"); !strings.Contains(w.Body.String(), code) {
			t.Errorf("%d %s, want %s", w.Code, w.Body, code)
		}
	}
	if w := ann.send(http.MethodPost, "/identity/link", "room=a.b", "*/*"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("in no room: %d %s", w.Code, w.Body)
	}
	r := httptest.NewRequest(http.MethodPost, ann.link(), http.NoBody)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := httptest.NewRecorder(); true {
		h.ServeHTTP(w, r)
		wantCode(t, w, http.StatusForbidden, `"cross_origin"`)
	}
}

func wantCode(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), code) {
		t.Errorf("%d %s, want %d %s", w.Code, w.Body, status, code)
	}
}

func TestLinksAreMadeSlowly(t *testing.T) {
	h := newHouse(t)
	ann := h.guest("Ann")
	synctest.Test(t, func(t *testing.T) {
		h.linking = newLinking()
		for range linkBurst {
			if w := ann.send(http.MethodPost, "/identity/link", "", "*/*"); w.Code != http.StatusCreated {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		w := ann.send(http.MethodPost, "/identity/link", "", "*/*")
		wantCode(t, w, http.StatusTooManyRequests, `"rate_limited"`)
		if after := w.Header().Get("Retry-After"); after != "30" {
			t.Errorf("Retry-After is %s", after)
		}
	})
	h.links = identity.NewLinks(0)
	h.linking = nil
	wantCode(t, ann.send(http.MethodPost, "/identity/link", "", "*/*"), http.StatusServiceUnavailable, `"unavailable"`)
}

// What people are called is shown as they wrote it, and leads nowhere.
func TestLinkWithAHostileName(t *testing.T) {
	h := newHouse(t)
	const name = `<b>&"'/x`
	ann := h.guest(name)
	w := h.device().ask(http.MethodGet, ann.link(), "")
	wantStatus(t, w, http.StatusOK, "&lt;b&gt;&amp;&#34;&#39;/x")
	if strings.Contains(w.Body.String(), "<b>") {
		t.Error("a name has become markup")
	}
}

// A link's code is in no record, whatever fails.
func TestLinkIsNotLogged(t *testing.T) {
	h := newHouse(t)
	link := h.guest("Ann").link()
	var records bytes.Buffer
	h.Logger = slog.New(slog.NewTextHandler(&records, nil))
	h.pages = nil // so that the page breaks
	h.device().send(http.MethodGet, link, "", "*/*")
	if got := records.String(); !strings.Contains(got, "handler panicked") || strings.Contains(got, link) || !strings.Contains(got, "/link/…") {
		t.Errorf("recorded %s", got)
	}
}
