package e2e

import (
	"net"
	"testing"

	"github.com/chromedp/chromedp"
)

// startPlainServer is startServer for a server with a name that is not a loopback one. It
// returns the address on loopback too.
func startPlainServer(t *testing.T) (s *server, local string) {
	t.Helper()
	s = startServer(t)
	local = s.URL
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.Args = []string{"--public-url", "http://" + net.JoinHostPort(plainHost, port)}
	s.Restart()
	return s, local
}

// Most people who run a chat of their own open it at an address like
// http://192.168.x.y, where browsers withhold much of what they offer elsewhere.
func TestWithoutSecureContext(t *testing.T) {
	s, _ := startPlainServer(t)
	p := openPage(t, s.URL, "Ann")
	if eval[bool](p, `isSecureContext`) {
		t.Fatal("the page is a secure context, so this test shows nothing")
	}
	if !eval[bool](p, `typeof SharedWorker === "function"`) {
		t.Error("there are no shared workers here, so tabs do not share a stream")
	}
	p.await(`document.querySelector("#online").textContent === "1"`)
	p.say("hello")
	p.awaitCount(1)
	p.wantMessages("Ann: hello")
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS("#share")))
	p.await(`document.querySelector("#share-text").textContent === "Copied"`)
	p.await(`document.activeElement.id === "share"`)
}
