package program

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// raw is what a client writes to a connection, byte for byte, and the statuses that
// come back before the server closes it.
type raw struct {
	sent     string
	ends     bool // the client closes its side after that, so that the server waits for no more
	statuses []int
}

// post is a POST of a text, with further lines in its header and any body.
func post(header, body string) string {
	return "POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + header + "\r\n" + body
}

// ready asks for /healthz.
func ready(header string) string {
	return "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n"
}

// last is the request after which the server closes the connection.
var last = ready("Connection: close\r\n")

var rawRequests = map[string]raw{
	"one after the other": {sent: ready("") + ready("") + last, statuses: []int{200, 200, 200}},

	// No HTTP.
	"garbage":               {sent: "\x00\x01\x02\xff\xfe\r\n\r\n", statuses: []int{400}},
	"lines of nothing":      {sent: strings.Repeat("\r\n", 100) + "\r\n", statuses: []int{400}},
	"a TLS greeting":        {sent: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("a", 500) + "\r\n\r\n", statuses: []int{400}},
	"HTTP/0.9":              {sent: "GET /messages\r\n", statuses: []int{400}},
	"HTTP/1.0":              {sent: "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", statuses: []int{200}},
	"HTTP/1.0, no host":     {sent: "GET /healthz HTTP/1.0\r\n\r\n", statuses: []int{421}},
	"HTTP/2 in the clear":   {sent: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses: []int{421}},
	"HTTP/3":                {sent: "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", statuses: []int{505}},
	"a version of letters":  {sent: "GET / HTTP/one\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"no version":            {sent: "GET / \r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"two spaces":            {sent: "GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"nothing":               {ends: true},
	"half a request line":   {sent: "GET /heal", ends: true, statuses: []int{400}},
	"half a header":         {sent: "GET /healthz HTTP/1.1\r\nHost: loc", ends: true, statuses: []int{400}},
	"an upgrade":            {sent: ready("Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"), statuses: []int{200}},
	"an upgrade to HTTP/2":  {sent: ready("Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), statuses: []int{200}},
	"another's, as a proxy": {sent: "GET http://evil.example/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", statuses: []int{421}},
	"a tunnel":              {sent: "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n", statuses: []int{421}},

	// Header.
	"no host":                 {sent: "GET /healthz HTTP/1.1\r\n\r\n", statuses: []int{400}},
	"two hosts":               {sent: ready("Host: evil.example\r\n"), statuses: []int{400}},
	"a host of lines":         {sent: "GET /healthz HTTP/1.1\r\nHost: local\rhost\r\n\r\n", statuses: []int{400}},
	"NUL in a header":         {sent: ready("X: a\x00b\r\n"), statuses: []int{400}},
	"CR in a header":          {sent: ready("X: a\rSet-Cookie: b=c\r\n"), statuses: []int{400}},
	"escape in a header":      {sent: ready("User-Name: \x1b[2J\r\n"), statuses: []int{400}},
	"a space before a colon":  {sent: ready("X : a\r\n"), statuses: []int{400}},
	"a name with a space":     {sent: ready("X Y: a\r\n"), statuses: []int{400}},
	"no name":                 {sent: ready(": a\r\n"), statuses: []int{400}},
	"no colon":                {sent: ready("X\r\n"), statuses: []int{400}},
	"NUL in the address":      {sent: "GET /rooms/\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"no escape":               {sent: "GET /rooms/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"half an escape":          {sent: "GET /rooms/%2 HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"no address":              {sent: "GET ? HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{400}},
	"a header too large":      {sent: ready("X: " + strings.Repeat("a", 64<<10) + "\r\n"), statuses: []int{431}},
	"a header just too large": {sent: ready("X: " + strings.Repeat("a", 17<<10) + "\r\n"), statuses: []int{431}},
	"a header large enough":   {sent: ready("Connection: close\r\nX: " + strings.Repeat("a", 15<<10) + "\r\n"), statuses: []int{200}},
	"headers too many":        {sent: ready(strings.Repeat("X: a\r\n", 10000)), statuses: []int{431}},
	"an address too large":    {sent: "GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{431}},
	"10,000 parameters":       {sent: "GET /events?" + strings.Repeat("room=a&", 10000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", statuses: []int{431}},
	"2,000 parameters":        {sent: "GET /events?" + strings.Repeat("room=a&", 2000) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", statuses: []int{422}},
	"a header without an end": {sent: "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 64<<10), statuses: []int{431}},
	"a cookie of everything":  {sent: ready("Cookie: user_name=\"; a=%zz, b\xff;;=\r\nConnection: close\r\n"), statuses: []int{200}},

	// Where a body ends.
	"two lengths":              {sent: post("Content-Length: 1\r\nContent-Length: 50\r\n", "a"+last), statuses: []int{400}},
	"a list of lengths":        {sent: post("Content-Length: 1, 50\r\n", "a"+last), statuses: []int{400}},
	"a length with a sign":     {sent: post("Content-Length: +1\r\n", "a"+last), statuses: []int{400}},
	"a negative length":        {sent: post("Content-Length: -1\r\n", "a"+last), statuses: []int{400}},
	"a length in hexadecimal":  {sent: post("Content-Length: 0x1\r\n", "a"+last), statuses: []int{400}},
	"a length beyond numbers":  {sent: post("Content-Length: 99999999999999999999\r\n", "a"+last), statuses: []int{400}},
	"an empty length":          {sent: post("Content-Length: \r\n", "a"+last), statuses: []int{400}},
	"an unknown coding":        {sent: post("Transfer-Encoding: gzip, chunked\r\n", last), statuses: []int{501}},
	"a coding almost chunked":  {sent: post("Transfer-Encoding: xchunked\r\n", last), statuses: []int{501}},
	"a coding after a tab":     {sent: post("Transfer-Encoding: \vchunked\r\n", last), statuses: []int{400}},
	"two codings":              {sent: post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", last), statuses: []int{501}},
	"a coding before a colon":  {sent: post("Transfer-Encoding : chunked\r\n", last), statuses: []int{400}},
	"chunks of no number":      {sent: post("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n0\r\n\r\n"), statuses: []int{400}},
	"chunks beyond numbers":    {sent: post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n"), statuses: []int{400}},
	"a chunk without its end":  {sent: post("Transfer-Encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n"), statuses: []int{400}},
	"chunks of endless lines":  {sent: post("Transfer-Encoding: chunked\r\n", "1;"+strings.Repeat("a", 16<<10)+"\r\na\r\n0\r\n\r\n"), statuses: []int{400}},
	"chunks without end":       {sent: post("Transfer-Encoding: chunked\r\n", strings.Repeat("400\r\n"+strings.Repeat("a", 1<<10)+"\r\n", 200)), ends: true, statuses: []int{413}},
	"more than fits":           {sent: post("Content-Length: 1000000000\r\n", strings.Repeat("a", 200<<10)), statuses: []int{413}},
	"less than announced":      {sent: post("Content-Length: 100\r\n", "a"), ends: true, statuses: []int{400}},
	"a body that nobody reads": {sent: ready("Content-Length: 5\r\n") + "hello" + last, statuses: []int{200, 200}},

	// Expect.
	"continue":           {sent: post("Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n", "hello"), statuses: []int{100, 201}},
	"continue, refused":  {sent: post("Content-Length: 5\r\nExpect: 100-continue\r\nOrigin: https://evil.example\r\n", ""), ends: true, statuses: []int{403}},
	"continue, too much": {sent: post("Content-Length: 1000000000\r\nExpect: 100-continue\r\n", strings.Repeat("a", 200<<10)), statuses: []int{100, 413}},
	"other expectations": {sent: post("Content-Length: 5\r\nExpect: more\r\n", "hello"), statuses: []int{417}},
}

// TestRawRequests: whatever arrives at a connection, the server answers each request
// in it as it should be answered, sees no request where there is none, and serves on.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, r := range rawRequests {
		t.Run(name, func(t *testing.T) {
			if got := s.exchange(r); !slices.Equal(got, r.statuses) {
				t.Errorf("answered with %v, want %v", got, r.statuses)
			}
		})
	}
	if got := s.texts("lobby"); !slices.Equal(got, []string{"anonymous: hello"}) {
		t.Errorf("said %q", got)
	}
}

// exchange writes bytes to a connection of their own and returns the statuses of all
// answers up to its end.
func (s *server) exchange(r raw) (statuses []int) {
	s.t.Helper()
	conn := s.dial()
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		s.t.Fatal(err)
	}
	go func() { // the server may stop reading long before this has been written
		_, _ = io.WriteString(conn, r.sent)
		if r.ends {
			_ = conn.CloseWrite()
		}
	}()
	return statusesOf(conn)
}

// statusesOf reads answers until the connection ends.
func statusesOf(conn net.Conn) (statuses []int) {
	answers := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			return statuses
		}
		statuses = append(statuses, res.StatusCode)
		_, _ = io.Copy(io.Discard, res.Body)
	}
}

// TestHalfClosed: a client that closes its side once it has asked, as nc -N does, is answered
// all the same.
func TestHalfClosed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const often = 20 // how far the answer has come by then is chance
	for range often {
		if got := s.exchange(raw{sent: post("Content-Length: 5\r\n", "hello"), ends: true}); !slices.Equal(got, []int{201}) {
			t.Fatalf("a message is answered with %v", got)
		}
	}
	if said := len(s.texts("lobby")); said != often {
		t.Errorf("%d messages were said, want %d", said, often)
	}
	for _, target := range []string{"/messages", "/rooms/lobby", "/readyz"} {
		for range often {
			conn := s.dial()
			if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			_ = conn.CloseWrite()
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if res.StatusCode != http.StatusOK || len(body) == 0 || err != nil {
				t.Errorf("GET %s: %s with %d bytes, %v", target, res.Status, len(body), err)
			}
			_ = conn.Close()
		}
	}
}

// TestSmuggling: a request with both a length and chunks is one request, whichever of
// them a proxy before the server went by: what would be left over is not another.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hidden := post("Content-Length: 8\r\n", "smuggled")
	for name, r := range map[string]raw{
		"the length is longer": {
			sent:     post(fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n", 5+len(hidden)), "0\r\n\r\n"+hidden),
			statuses: []int{422}, // an empty message
		},
		"the length is shorter": {
			sent:     post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden)),
			statuses: []int{201}, // with all of that for a text
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.exchange(r); !slices.Equal(got, r.statuses) {
				t.Errorf("answered with %v, want %v", got, r.statuses)
			}
		})
	}
	if slices.Contains(s.texts("lobby"), "anonymous: smuggled") {
		t.Error("what was hidden in another request was taken for one")
	}
}
