package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestOrigin(t *testing.T) {
	for given, want := range map[string]string{
		"https://www.example.org": "https://www.example.org", "HTTPS://Example.ORG:443/": "https://example.org", " http://chat.lan:8080": "http://chat.lan:8080",
		"https://한글.example": "https://xn--bj0bj06e.example", "http://[::1]:80": "http://[::1]",
		"": "", "example.org": "", "https://": "", "https://example.org/page": "", "https://example.org?x": "", "https://example.org#x": "", "https://me@example.org": "",
		"ftp://example.org": "", "https://example.org;": "", "https://a b": "", "*": "", "https://*": "", "'self'": "", "https://a,b": "", "null": "",
	} {
		var o origin
		err := o.UnmarshalText([]byte(given))
		if string(o) != want || (err == nil) != (want != "") {
			t.Errorf("%q is the origin %q, %v; want %q", given, o, err, want)
		}
	}
}

// An origin is one word of a header, and what browsers would send.
func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{"https://www.example.org:8443", "http://[::1]", "https://한글.example/", "https://a;b", "https://a%20b", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		var o, again origin
		if o.UnmarshalText([]byte(given)) != nil {
			return
		}
		if strings.ContainsAny(string(o), "; ,'\"*\r\n\t/?#@\\") != strings.Contains(string(o), "://") || strings.Count(string(o), "/") != 2 {
			t.Errorf("%q is the origin %q", given, o)
		}
		if err := again.UnmarshalText([]byte(o)); err != nil || again != o {
			t.Errorf("%q is read as %q, %v", o, again, err)
		}
		if err := http.NewCrossOriginProtection().AddTrustedOrigin(string(o)); err != nil {
			t.Errorf("%q is no origin: %v", o, err)
		}
	})
}
