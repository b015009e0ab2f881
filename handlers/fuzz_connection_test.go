package handlers

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzConnection: whatever arrives at a connection, its first request gets an answer that
// is no fault of the server's, whole, and with nothing in its header that a client chose.
func FuzzConnection(f *testing.F) {
	handler := newUnlistened(f, 0)
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // there is much to complain about
	server.Start()
	f.Cleanup(server.Close)
	f.Cleanup(server.CloseClientConnections)
	const chunked, form = "Transfer-Encoding: chunked\r\n", "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n"
	f.Add("GET", "/", "Accept: text/html\r\nAccept-Encoding: gzip;q=0\r\nCookie: user_name=%22\r\n", "")
	f.Add("POST", "/messages", "Content-Length: 5\r\nExpect: 100-continue\r\n", "hello")
	f.Add("POST", "/rooms/tea/messages", chunked+"Content-Length: 1\r\n", "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n")
	f.Add("POST", "/rooms/tea/messages", form+"Content-Length: 29\r\n", "user_name=a%0d%0ab&message=c;")
	f.Add("POST", "/messages?user_name=%0d%0aX:%20y", "Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n", "{}\n")
	f.Add("HEAD", "/rooms/%2e%2e%2f/events?since=all&room=a&room=b", "Last-Event-ID: e-1\r\n", "")
	f.Add("GET", "/events?since=10m", "Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n", "PRI * HTTP/2.0\r\n\r\n")
	f.Add("GET", "http://user:word@[::1%25x]:80/static/../rooms//", "X-Forwarded-For: a\r\n b\r\nRange: bytes=0-\r\n", "\x00")
	f.Add("OPTIONS", "*", "Origin: null\r\nAccess-Control-Request-Method: POST\r\n", "")
	f.Add("CONNECT", "a:1", "Sec-Fetch-Site: cross-site\r\nTransfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")
	f.Add("get", "/metrics HTTP/0.9\r\n", "\r\n", "\xff")
	f.Fuzz(func(t *testing.T, method, target, header, body string) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { // the server may stop reading long before this has been written
			_, _ = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s", method, target, header, body)
			_ = conn.(*net.TCPConn).CloseWrite()
		}()
		checkAnswer(t, conn, method)
	})
}

// checkAnswer reads the answer to the first request of a connection. There is none where
// that was cut off before its end.
func checkAnswer(t *testing.T, conn net.Conn, method string) {
	t.Helper()
	const patience = 20 * time.Second
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	answer, err := http.ReadResponse(answers, &http.Request{Method: method})
	for err == nil && answer.StatusCode == http.StatusContinue {
		answer, err = http.ReadResponse(answers, &http.Request{Method: method})
	}
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if status := answer.StatusCode; status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported {
		t.Errorf("status %d", status)
	}
	checkHeader(t, answer.Header)
	if answer.ContentLength < 0 && answer.Header.Get("X-Accel-Buffering") != "" {
		return // a stream, a transcript that continues, or a page that does: these have no end
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Errorf("the answer is not whole: %v", err)
	}
}

// ownHeaders are those that answers may have.
var ownHeaders = map[string]bool{
	"Allow": true, "Cache-Control": true, "Connection": true, "Content-Encoding": true, "Content-Language": true, "Content-Length": true, "Content-Security-Policy": true,
	"Cross-Origin-Opener-Policy": true, "Cross-Origin-Resource-Policy": true, "Permissions-Policy": true,
	"Accept-Ranges": true, "Content-Range": true, "Etag": true, "Last-Modified": true,
	"Content-Type": true, "Date": true, "Link": true, "Location": true, "Referrer-Policy": true, "Retry-After": true, "Set-Cookie": true,
	"Vary": true, "X-Accel-Buffering": true, "X-Content-Type-Options": true,
}

func checkHeader(t *testing.T, header http.Header) {
	t.Helper()
	for name := range header {
		if !ownHeaders[name] {
			t.Errorf("the answer has the header %s: %q", name, header[name])
		}
	}
	if to := header.Get("Location"); to != "" && !strings.HasPrefix(to, "/rooms/") {
		t.Errorf("the answer leads to %s", to)
	}
	if cookie := header.Get("Set-Cookie"); cookie != "" && (!strings.HasPrefix(cookie, nameCookie+"=") || strings.Count(cookie, ";") != 3) {
		t.Errorf("the answer sets %q", cookie)
	}
}
