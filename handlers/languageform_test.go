package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func chooseLanguage(t *testing.T, form string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/language", strings.NewReader(form))
	r.Header.Set("Content-Type", typeForm)
	w := httptest.NewRecorder()
	newUnlistened(t, 0).ServeHTTP(w, r)
	return w.Result()
}

func TestLanguageForm(t *testing.T) {
	res := chooseLanguage(t, "lang=ko&to=%2Frooms%2Ftea%3Fbefore%3Dx%23m-1")
	cookies := res.Cookies()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/rooms/tea?before=x#m-1" || len(cookies) != 1 || cookies[0].Name != "lang" || cookies[0].Value != "ko" || cookies[0].MaxAge != 365*24*60*60 || cookies[0].Path != "/" {
		t.Errorf("%d, %v", res.StatusCode, res.Header)
	}
	if res := chooseLanguage(t, "lang=tlh&to=/"); res.StatusCode != http.StatusUnprocessableEntity || len(res.Cookies()) > 0 {
		t.Errorf("%d, %v", res.StatusCode, res.Header)
	}
}

func TestLocalAddress(t *testing.T) {
	for given, want := range map[string]string{
		"/": "/", "/rooms/차": "/rooms/%EC%B0%A8", "/search?q=a+b&room=x": "/search?q=a+b&room=x", "/rooms/tea#m-1": "/rooms/tea#m-1",
		"": "/", "tea": "/", "//evil.example": "/", "///evil.example": "/", "https://evil.example/": "/", "javascript:alert(1)": "/",
		`/\evil.example`: "/", `\\evil.example`: "/", "/\t/evil.example": "/", "/%5c/evil.example": "/", "http:/rooms/tea": "/", "/rooms/tea\r\nX: y": "/",
	} {
		if got := localAddress(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// FuzzLocalAddress: however an address is read as a browser does, it stays at this server.
func FuzzLocalAddress(f *testing.F) {
	for _, given := range []string{"/", "//x", `/\x`, "/%2f/x", "/\t/x", "http://x", "/?//x", "%2f0", "/#//x", "/.//x", "/..//x"} {
		f.Add(given)
	}
	here, _ := url.Parse("https://chat.example/rooms/tea")
	f.Fuzz(func(t *testing.T, given string) {
		got := localAddress(given)
		browser := strings.ReplaceAll(strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(got), `\`, "/")
		to, err := here.Parse(browser)
		if err != nil || to.Host != here.Host || to.Scheme != here.Scheme || !strings.HasPrefix(got, "/") || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' }) {
			t.Errorf("%q: %q", given, got)
		}
	})
}
