package handlers

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestMayAnnounce: a browser has to show that the page is ours, as far as it can; programs
// need nothing.
func TestMayAnnounce(t *testing.T) {
	const (
		firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
		script  = "http://chat.lan:5001/static/js/switchboard-worker.js"
	)
	s := &Server{Options: Options{Origins: []string{"https://chat.example.org", "http://other.lan"}}}
	s.origins = s.newOrigins()
	for _, test := range []struct {
		name      string
		header    map[string]string
		announced bool
		err       error
	}{
		{"curl", map[string]string{"User-Agent": "curl/8.5.0"}, true, nil},
		{"Node's fetch", map[string]string{"User-Agent": "node", "Sec-Fetch-Mode": "cors", "Accept": "text/event-stream"}, true, nil},
		{"no agent", nil, true, nil},
		{"a program that names a page", map[string]string{"User-Agent": "curl/8.5.0", "Referer": "http://evil.example/"}, false, nil},

		{"a secure page", map[string]string{"User-Agent": firefox, "Sec-Fetch-Site": "same-origin"}, true, nil},
		{"an address that was typed", map[string]string{"User-Agent": firefox, "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, false, nil},
		{"another secure page", map[string]string{"User-Agent": firefox, "Sec-Fetch-Site": "cross-site", "Referer": script}, false, errOrigin},
		{"a page at another port", map[string]string{"User-Agent": firefox, "Sec-Fetch-Site": "same-site"}, false, errOrigin},

		{"the page", map[string]string{"User-Agent": firefox, "Referer": script}, true, nil},
		{"the page, in capitals", map[string]string{"User-Agent": firefox, "Referer": "http://Chat.LAN:5001/"}, true, nil},
		{"the page behind TLS", map[string]string{"User-Agent": firefox, "Referer": "https://chat.lan:5001/"}, true, nil},
		{"the page behind a proxy", map[string]string{"User-Agent": firefox, "Referer": "https://chat.example.org/rooms/tea"}, true, nil},
		{"another name behind a proxy", map[string]string{"User-Agent": firefox, "Referer": "http://other.lan/"}, true, nil},
		{"another scheme behind a proxy", map[string]string{"User-Agent": firefox, "Referer": "https://other.lan/"}, false, nil},
		{"an image", map[string]string{"User-Agent": firefox, "Accept": "image/*", "Referer": "http://evil.example/"}, false, nil},
		{"an image without a referrer", map[string]string{"User-Agent": firefox, "Accept": "image/*"}, false, nil},
		{"a fetch", map[string]string{"User-Agent": firefox, "Accept": "text/event-stream"}, false, nil},
		{"a page at another port of ours", map[string]string{"User-Agent": firefox, "Referer": "http://chat.lan:8080/"}, false, nil},
		{"a name that begins with ours", map[string]string{"User-Agent": firefox, "Referer": "http://chat.lan:5001.evil.example/"}, false, nil},
		{"our name as somebody", map[string]string{"User-Agent": firefox, "Referer": "http://chat.lan:5001@evil.example/"}, false, nil},
		{"no address", map[string]string{"User-Agent": firefox, "Referer": "http://%"}, false, nil},

		{"an origin", map[string]string{"User-Agent": firefox, "Origin": "http://chat.lan:5001"}, true, nil},
		{"an origin behind a proxy", map[string]string{"User-Agent": firefox, "Origin": "http://other.lan"}, true, nil},
		{"another origin", map[string]string{"User-Agent": firefox, "Origin": "http://evil.example", "Referer": script}, false, errOrigin},
		{"no origin", map[string]string{"User-Agent": firefox, "Origin": "null"}, false, errOrigin},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://chat.lan:5001/events?user_name=Mina", nil)
		for name, value := range test.header {
			r.Header.Set(name, value)
		}
		if announced, err := s.mayAnnounce(r); announced != test.announced || err != test.err {
			t.Errorf("%s: %t, %v", test.name, announced, err)
		}
	}
}
