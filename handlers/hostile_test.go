package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"plainchat/chat"
	"plainchat/views"
)

// markups would be elements, attributes or ends of either, were they taken for markup.
var markups = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onfocus='alert(1)`, `" autofocus onfocus="alert(1)`,
	`</textarea><script>alert(1)</script>`, `--><svg/onload=alert(1)>`, `</title><base href=//evil.example>`, `&lt;script&gt;`,
	`{{.}}`, `]]><script>`, `<!--`, "<\u2028script>", `javascript:alert(1)`, `<a href="javascript:alert(1)">`,
}

// skeleton is a page's elements and their attributes, without anything that could come
// from a person.
func skeleton(t *testing.T, page string) []string {
	t.Helper()
	var elements []string
	for tokens := html.NewTokenizer(strings.NewReader(page)); tokens.Next() != html.ErrorToken; {
		token := tokens.Token()
		switch token.Type {
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
			element := token.Type.String()
			if token.Type != html.CommentToken {
				element += " " + token.Data
			}
			for _, attribute := range token.Attr {
				element += " " + attribute.Key
			}
			elements = append(elements, element)
		}
	}
	return elements
}

// TestNothingOnThePageIsMarkup: a page has the same elements whatever stands in the name,
// the text and the draft of a failed form.
func TestNothingOnThePageIsMarkup(t *testing.T) {
	page := func(typed string) []string {
		name := chat.Name(typed)
		view := roomView{
			Room: chat.Lobby, UserName: typed, Draft: typed, URL: "http://localhost/rooms/lobby", Since: "e-1",
			History: []views.Message{said(1, name, typed, noon)},
			Problem: &problemView{Status: 422, Title: typed, Detail: typed},
		}
		return skeleton(t, renderRoom(t, view))
	}
	want := page("plain")
	for _, typed := range markups {
		if got := page(typed); !slices.Equal(got, want) {
			t.Errorf("%s makes the page\n%q\nof\n%q", typed, got, want)
		}
	}
}

// TestNothingInAnAddressIsMarkup: nor whatever stands in the address and the header of a
// request that is refused with a page.
func TestNothingInAnAddressIsMarkup(t *testing.T) {
	s := newUnlistened(t, 0)
	page := func(given string) []string {
		r := httptest.NewRequest(http.MethodGet, "/rooms/"+url.PathEscape(given+".")+"?before="+url.QueryEscape(given), nil)
		r.Header.Set("Accept", typeHTML)
		r.Header.Set("Referer", headerValue(given))
		r.Header.Set("Cookie", nameCookie+"="+url.PathEscape(given))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", given, w.Code)
		}
		return skeleton(t, w.Body.String())
	}
	want := page("plain")
	for _, given := range markups {
		if got := page(given); !slices.Equal(got, want) {
			t.Errorf("%s makes the page\n%q\nof\n%q", given, got, want)
		}
	}
}

// TestOtherSitesAnnounceNobody: an image of another site is enough to open a stream, and
// must not put its words into a room as somebody's name.
func TestOtherSitesAnnounceNobody(t *testing.T) {
	s := newUnlistened(t, 0)
	for _, test := range []struct {
		target, name, value string
		status              int
	}{
		{"/events?user_name=Mina", "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"/events?user_name=Mina", "Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"/rooms/tea/events?user_name=Mina", "Origin", "https://evil.example", http.StatusForbidden},
		{"/events?user_name=Mina", "Origin", "null", http.StatusForbidden},
		{"/events?user_name=Mina", "Sec-Fetch-Site", "same-origin", http.StatusOK},
		{"/events?user_name=Mina", "Sec-Fetch-Site", "none", http.StatusOK},
		{"/events?user_name=Mina", "", "", http.StatusOK},
		{"/events", "Sec-Fetch-Site", "cross-site", http.StatusOK}, // a link to it
	} {
		r := httptest.NewRequest(http.MethodHead, test.target, nil) // which does not go on forever
		r.Header.Set(test.name, test.value)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%s, %s: %s: status %d, want %d", test.target, test.name, test.value, w.Code, test.status)
		}
	}
}

// TestForwardedHostIsNotRepeated: what a client claims to have asked another server for
// stands in no page and no usage that others might get from a cache.
func TestForwardedHostIsNotRepeated(t *testing.T) {
	s := newUnlistened(t, 0)
	for _, accept := range []string{"*/*", typeHTML} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", accept)
		for _, name := range []string{"X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Prefix"} {
			r.Header.Set(name, "host=evil.example")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if body := w.Body.String(); w.Code != http.StatusOK || strings.Contains(body+fmt.Sprint(w.Header()), "evil") {
			t.Errorf("status %d, %v, %s", w.Code, w.Header(), body)
		}
	}
}

// TestRoomSpellings: however a room's name is written, it is one room.
func TestRoomSpellings(t *testing.T) {
	s := newUnlistened(t, 0)
	for path, room := range map[string]chat.Room{
		"/rooms/caf%C3%A9": "café", "/rooms/cafe%CC%81": "café", "/rooms/CAF%C3%89": "café", "/rooms/%63afe%cc%81": "café",
		"/rooms/%E2%84%AA": "k" /* the sign for Kelvin */, "/rooms/%EC%B0%A8": "차", "/rooms/%E1%84%8E%E1%85%A1": "차",
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path+"/messages", strings.NewReader("hello")))
		if want := fmt.Sprintf(`"room":"%s"`, room); w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %s", path, w.Code, w.Body)
		}
	}
}

// TestPagesAreCompressedOnRequest: and not where that is refused with a weight of 0.
func TestPagesAreCompressedOnRequest(t *testing.T) {
	s := newUnlistened(t, 0)
	for header, want := range map[string]string{
		"": "", "gzip": "gzip", "br, gzip;q=0.5": "gzip", "deflate, gzip": "gzip",
		"gzip;q=0": "", "gzip; q=0.000": "", "gzip;Q=0": "", "deflate, gzip;q=0": "", "deflate": "", "xgzip": "", "gzip;q=NaN": "", "gzip;q=-1": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", typeHTML)
		r.Header.Set("Accept-Encoding", header)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want || !slices.Contains(w.Header()["Vary"], "Accept-Encoding") {
			t.Errorf("%q: Content-Encoding %q, Vary %q", header, got, w.Header()["Vary"])
		}
	}
}

// TestRecordsDoNotSteerTerminals: what a client sends reaches a record without what a
// terminal would obey, in every format that records have.
func TestRecordsDoNotSteerTerminals(t *testing.T) {
	const steering = "\x1b]0;a\x07\x1b[2J\u009b2J\u202e\u2066\x7f\r\n\t\u2028"
	all := &slog.HandlerOptions{Level: slog.LevelDebug}
	for name, handler := range map[string]func(*strings.Builder) slog.Handler{
		"text": func(b *strings.Builder) slog.Handler { return slog.NewTextHandler(b, all) },
		"json": func(b *strings.Builder) slog.Handler { return slog.NewJSONHandler(b, all) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newUnlistened(t, 0)
			var records strings.Builder
			s.Logger = slog.New(handler(&records))
			r := httptest.NewRequest(http.MethodGet, "/rooms/tea/events?since="+url.QueryEscape(steering), nil)
			r.RemoteAddr = "192.0.2.1:1" // not of a trusted proxy
			for _, header := range []string{"User-Agent", "Referer", "X-Forwarded-For", "X-Real-Ip", "Forwarded", "Origin", "Cookie", "Accept"} {
				r.Header.Set(header, headerValue(steering))
			}
			ctx, cancel := context.WithCancel(t.Context())
			serveStream(s, cutAtFlush{httptest.NewRecorder(), cancel}, r.WithContext(ctx))
			s.Broker.Close()
			s.fail(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/rooms/"+url.PathEscape(steering), nil), errors.New("the disk is gone"))
			got := records.String()
			steers := func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }
			if strings.Count(got, "\n") != 3 || strings.ContainsFunc(got, steers) {
				t.Errorf("the records are %q", got)
			}
		})
	}
}
