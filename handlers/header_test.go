package handlers

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestUserNameHeader(t *testing.T) {
	for given, want := range map[string]string{
		"":                                      "",
		"Mina":                                  "Mina",
		"지민":                                    "지민",
		"=?utf-8?B?7KeA66+8?=":                  "지민",
		"=?UTF-8?q?Zo=C3=AB?=":                  "Zoë",
		"=?utf-8?Q?Mina_Ro?=":                   "Mina Ro",
		"=?iso-8859-1?q?Zo=EB?=":                "Zoë",
		"=?us-ascii?b?TWluYQ==?=":               "Mina",
		"=?utf-8?b?7KeA?= =?utf-8?b?66+8?=":     "지민", // the space between two words is none
		"Dr. =?utf-8?q?Zo=C3=AB?= K.":           "Dr. Zoë K.",
		"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=": "=?utf-8?q?a?=", // decoded once
		"a =? b":                                "a =? b",
		"what=?":                                "what=?",
	} {
		r := httptest.NewRequest(http.MethodPost, "/messages", nil)
		if given != "" {
			r.Header.Set("User-Name", given)
		}
		if got, err := userNameHeader(r); err != nil || got != want {
			t.Errorf("%q is the name %q, %v; want %q", given, got, err, want)
		}
	}
}

func TestUserNameHeaderRefused(t *testing.T) {
	for _, given := range []string{
		"=?utf-8?B?7KeA66+8",            // cut short
		"=?utf-8?B?not base 64?=",       // no Base64
		"=?utf-8?B?7KeA6!?=",            //
		"=?utf-8?q?=zz?=",               // no hexadecimal digits
		"=?utf-8?x?Mina?=",              // no such encoding
		"=?euc-kr?B?wfa5zg==?=",         // a charset we do not know
		"=?us-ascii?q?Zo=EB?=",          // not of its charset
		"Mina =?utf-8?q?a?= =?x?b?yz?=", // one of two
	} {
		r := httptest.NewRequest(http.MethodPost, "/messages", nil)
		r.Header.Set("User-Name", given)
		name, err := userNameHeader(r)
		if status, detail := refusal(err); status != http.StatusUnprocessableEntity || !strings.Contains(detail, "RFC 2047") {
			t.Errorf("%q is the name %q, %v", given, name, err)
		}
	}
}

// TestHeaderTwice: of two names, or two keys, neither is chosen.
func TestHeaderTwice(t *testing.T) {
	s := newUnlistened(t, 0)
	for _, name := range []string{"User-Name", "Idempotency-Key", "Content-Type"} {
		r := httptest.NewRequest(http.MethodPost, "/messages", strings.NewReader("hello"))
		r.Header[name] = []string{"a", "b"}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), name) {
			t.Errorf("%s twice: %d %s", name, w.Code, w.Body)
		}
	}
}

// FuzzDecodeWords: what mime encodes is decoded, and nothing else that looks encoded is let
// through.
func FuzzDecodeWords(f *testing.F) {
	for _, seed := range []string{"지민", "Mina", "=?utf-8?q?a?=", "=?utf-8?B?7KeA66+8", "a =? b", "\xff", "=?=?=?=", "=?utf-8?b?7KeA?= =?utf-8?b?66+8?="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if decoded, ok := decodeWords(s); ok && !strings.Contains(s, "=?") && decoded != s {
			t.Errorf("%q is decoded as %q", s, decoded)
		}
		if strings.ToValidUTF8(s, "") != s || strings.Contains(s, "\ufffd") {
			return
		}
		for _, encoder := range []mime.WordEncoder{mime.BEncoding, mime.QEncoding} {
			encoded := encoder.Encode("utf-8", s)
			if decoded, ok := decodeWords(encoded); encoded != s && (!ok || decoded != s) {
				t.Errorf("%q, encoded as %q, is decoded as %q, %v", s, encoded, decoded, ok)
			}
		}
	})
}
