package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// trusting returns a server behind proxies in 127.0.0.0/8 and 2001:db8:ffff::/48, and
// what it takes for the client of a request.
func trusting() func(peer string, fields ...string) string {
	s := &Server{Options: Options{TrustedProxies: []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48"),
	}}}
	var client string
	handler := s.clientIP(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { client = clientAddr(r) }))
	return func(peer string, fields ...string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header["X-Forwarded-For"] = fields
		handler.ServeHTTP(httptest.NewRecorder(), r)
		return client
	}
}

// forwarded is a value of X-Forwarded-For, with lines where it comes several times, and the
// client that it names.
type forwarded struct{ field, want string }

// As proxies write them.
var asWrittenFields = []forwarded{
	{"203.0.113.7", "203.0.113.7"},
	{"203.0.113.7:4711", "203.0.113.7"},
	{"  203.0.113.7\t", "203.0.113.7"},
	{`"203.0.113.7"`, "203.0.113.7"},
	{`"203.0.113.7:4711"`, "203.0.113.7"},
	{"2001:db8::1", "2001:db8::1"},
	{"2001:DB8:0::1", "2001:db8::1"},
	{"[2001:db8::1]", "2001:db8::1"},
	{"[2001:db8::1]:4711", "2001:db8::1"},
	{`"[2001:db8::1]:4711"`, "2001:db8::1"},
	{"2001:db8::1%eth0", "2001:db8::1"},
	{"[2001:db8::1%eth0]:80", "2001:db8::1"},
	{"::ffff:203.0.113.7", "203.0.113.7"},
	{"[::ffff:203.0.113.7]:80", "203.0.113.7"},
}

// The rightmost that is no proxy.
var rightmostFields = []forwarded{
	{"198.51.100.1, 203.0.113.7", "203.0.113.7"},
	{"198.51.100.1,203.0.113.7:80", "203.0.113.7"},
	{"203.0.113.7, 127.0.0.9", "203.0.113.7"},
	{"203.0.113.7, 127.0.0.9:80, [::ffff:127.0.0.8]:80, 2001:db8:ffff::2", "203.0.113.7"},
	{"198.51.100.1\n203.0.113.7", "203.0.113.7"},
	{"198.51.100.1, 203.0.113.7\n127.0.0.9", "203.0.113.7"},
	{"203.0.113.7,", "203.0.113.7"},
	{"203.0.113.7\n, ,", "203.0.113.7"},
}

// What a client made up stands left of what a proxy has seen.
var madeUpFields = []forwarded{
	{"evil, 203.0.113.7", "203.0.113.7"},
	{`"evil, 203.0.113.7`, "203.0.113.7"},
}

// Nobody vouches for what is left of something that cannot be read.
var unreadableFields = []forwarded{
	{"203.0.113.7, unknown", "127.0.0.1"},
	{"203.0.113.7, unknown, 127.0.0.9", "127.0.0.9"},
	{"203.0.113.7, 0x7f.1", "127.0.0.1"},
	{"203.0.113.007", "127.0.0.1"},
	{"203.0.113.7:http", "127.0.0.1"},
	{"203.0.113.7:", "127.0.0.1"},
	{"[203.0.113.7", "127.0.0.1"},
	{`"203.0.113.7`, "127.0.0.1"},
	{"_hidden", "127.0.0.1"},
	{"203.0.113.7 198.51.100.1", "127.0.0.1"},
	{`198.51.100.1, "evil, 203.0.113.7"`, "127.0.0.1"},
}

// Only proxies: who reached the one next to us.
var onlyProxiesFields = []forwarded{
	{"127.0.0.9", "127.0.0.9"},
	{"127.0.0.200, 127.0.0.9", "127.0.0.9"},
	{"", "127.0.0.1"},
	{" , ", "127.0.0.1"},
}

func TestForwardedClient(t *testing.T) {
	client := trusting()
	for _, test := range slices.Concat(asWrittenFields, rightmostFields, madeUpFields, unreadableFields, onlyProxiesFields) {
		if got := client("127.0.0.1:4711", strings.Split(test.field, "\n")...); got != test.want {
			t.Errorf("%q: the client is %s, want %s", test.field, got, test.want)
		}
	}
}

// Who is no proxy is the client, whatever it says.
func TestForwardedByNoProxy(t *testing.T) {
	client := trusting()
	for _, peer := range []string{"192.0.2.1:80", "[2001:db8::9]:80", "@"} {
		want := strings.Trim(strings.TrimSuffix(peer, ":80"), "[]")
		if got := client(peer, "203.0.113.7"); got != want {
			t.Errorf("from %s: the client is %s", peer, got)
		}
	}
}

// FuzzForwardedFor: a proxy that adds the address it was reached from decides who the
// client is, whatever the client has sent before.
func FuzzForwardedFor(f *testing.F) {
	client := trusting()
	for _, field := range []string{"", "203.0.113.7", "203.0.113.7:80, [::1]", `"`, "[", "a,,b", "127.0.0.1, unknown", "::ffff:1.2.3.4%x"} {
		f.Add(field)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		for _, field := range []string{sent + ", 203.0.113.9", sent + ",[::ffff:203.0.113.9]:4711, 127.0.0.5"} {
			if got := client("127.0.0.1:80", field); got != "203.0.113.9" {
				t.Errorf("%q: the client is %q", field, got)
			}
		}
		if got := client("127.0.0.1:80", sent, "203.0.113.9"); got != "203.0.113.9" {
			t.Errorf("%q in a line of its own: the client is %q", sent, got)
		}
		if got := client("127.0.0.1:80", sent); !netip.MustParseAddr(got).IsValid() {
			t.Errorf("%q: the client is %q", sent, got)
		}
	})
}
