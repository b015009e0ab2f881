package program

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plainchat/internal/certtest"
)

func TestMethodNotAllowed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for request, allow := range map[string][]string{
		"PUT /messages":               {"GET", "HEAD", "POST"},
		"OPTIONS /rooms/tea/messages": {"GET", "HEAD", "POST"},
		"DELETE /rooms/tea":           {"GET", "HEAD", "PUT"},
		"POST /events":                {"GET", "HEAD"},
		"POST /":                      {"GET", "HEAD"},
		"PATCH /metrics":              {"GET", "HEAD"},
		"PATCH /rooms/tea%2Fmessages": {"GET", "HEAD", "PUT"}, // one name, though not a valid one
		"PUT /rooms/%2F/messages":     {"GET", "HEAD", "POST"},
		"PUT /rooms/tea/messages/e-1": {"GET", "HEAD", "PATCH", "DELETE"},
	} {
		method, target, _ := strings.Cut(request, " ")
		res, body, err := s.do(bounded(t), method, target, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Values("Allow"); res.StatusCode != http.StatusMethodNotAllowed || !slices.Equal(got, allow) || !strings.Contains(body, `"method_not_allowed"`) {
			t.Errorf("%s: status %d, Allow %q, %s", request, res.StatusCode, got, body)
		}
	}
}

// newServerAt starts a server that takes an address for its own, and is found at another.
func newServerAt(t *testing.T, publicURL string) *server {
	t.Helper()
	s := newServer(t)
	s.kill() // started anew, it is found where it was, whatever it says
	s.args = append(s.args, "--public-url="+publicURL)
	s.start()
	return s
}

// TestHostHeaders: every name of loopback is this server's, with any port.
func TestHostHeaders(t *testing.T) {
	t.Parallel()
	s := newServerAt(t, "https://Chat.Example.org:443")
	for host, status := range map[string]int{
		"localhost": 200, "LocalHost:5001": 200, "127.0.0.1": 200, "[::1]:80": 200, "[::1]": 200,
		"chat.example.org": 200, "Chat.Example.Org:443": 200,
		"example.org": 421, "localhost.evil.example": 421, "127.0.0.2": 421, "chat.example.org.evil.example": 421, "localhost@evil.example": 421,
	} {
		res, _ := s.get("/readyz", header("Host", host))
		if res.StatusCode != status {
			t.Errorf("Host: %s: status %d, want %d", host, res.StatusCode, status)
		}
	}
}

// securityHeaders are those that everything has.
var securityHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
		"object-src 'none'; require-trusted-types-for 'script'; trusted-types plainchat",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
	"Referrer-Policy":              "same-origin",
	"X-Content-Type-Options":       "nosniff",
}

const strictTransport = "Strict-Transport-Security"

// wantSecurityHeaders complains unless an answer has each of them once.
func wantSecurityHeaders(t *testing.T, what string, got http.Header, strict ...string) {
	t.Helper()
	for name, value := range securityHeaders {
		if !slices.Equal(got[name], []string{value}) {
			t.Errorf("%s: %s %q, want %q", what, name, got[name], value)
		}
	}
	if !slices.Equal(got[strictTransport], strict) {
		t.Errorf("%s: %s %q, want %q", what, strictTransport, got[strictTransport], strict)
	}
}

// TestSecurityHeaders: they are on everything, refusals and streams too.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, target := range []string{"/", "/rooms/tea", "/messages", "/rooms/tea?format=text", "/metrics", "/healthz", "/readyz",
		"/nothing", "/static/nothing", "/rooms/a.b", "/favicon.ico"} {
		for _, accept := range []string{"*/*", "text/html"} {
			res, _ := s.get(target, header("Accept", accept))
			wantSecurityHeaders(t, target, res.Header)
		}
	}
	res, _ := s.get("/readyz", header("Host", "evil.example"))
	wantSecurityHeaders(t, "another host's name", res.Header)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodOptions} {
		res, _, err := s.do(bounded(t), method, "/messages", nil, "")
		if err != nil {
			t.Fatal(err)
		}
		wantSecurityHeaders(t, method, res.Header)
	}
	wantSecurityHeaders(t, "a stream", s.open("").header)
}

// TestStrictTransport: browsers are told to come back by HTTPS, if they can.
func TestStrictTransport(t *testing.T) {
	t.Parallel()
	const aYear = "max-age=31536000"
	proxied := newServerAt(t, "https://chat.example.org")
	certFile, keyFile, pool := certtest.Make(t)
	encrypted := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
	encrypted.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	for name, s := range map[string]*server{"behind a proxy": proxied, "with TLS": encrypted} {
		for _, target := range []string{"/", "/static/nothing", "/rooms/a.b"} {
			res, _ := s.get(target, nil)
			wantSecurityHeaders(t, name+" "+target, res.Header, aYear)
		}
		wantSecurityHeaders(t, name+", a stream", s.open("").header, aYear)
	}
	plain := newServerAt(t, "http://chat.example.org")
	res, _ := plain.get("/", nil)
	wantSecurityHeaders(t, "without TLS", res.Header)
}
