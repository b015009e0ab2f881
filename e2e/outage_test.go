package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	bannerShown = `!document.querySelector("#banner").hidden`
	failed      = `document.querySelector("#outbox [data-state=failed]")`
)

func TestServerGoneAndBack(t *testing.T) {
	s := startServer(t)
	s.post("lobby", "curl", "before")
	p := openPage(t, s.url, "Ann")
	s.kill()
	p.await(bannerShown)
	s.start()
	s.post("lobby", "curl", "while the page was away")
	// Not with the pointer: the page may be back by itself, and the button gone.
	eval[bool](p, `document.querySelector("#retry-now").click() ?? true`)
	p.awaitConnected()
	p.await(`document.querySelector("#banner").hidden`)
	s.post("lobby", "curl", "after")
	p.awaitText("after")
	p.wantMessages("curl: before", "curl: while the page was away", "curl: after")
}

// Another log behind the same address is another truth: the page shows that one.
func TestLogReplaced(t *testing.T) {
	s := startServer(t)
	s.postMany("lobby", "curl", 3)
	p := openPage(t, s.url, "Ann")
	p.awaitCount(3)
	s.kill()
	p.await(bannerShown)
	s.data = t.TempDir()
	s.start()
	s.post("lobby", "curl", "a new beginning")
	p.await(`document.querySelector("#banner").hidden`)
	p.awaitCount(1)
	p.wantMessages("curl: a new beginning")
}

func TestRetrySendsOneCopy(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
	s.kill()
	p.say("keep this")
	p.say("not this")
	p.await(`document.querySelectorAll("#outbox [data-state=failed]").length === 2`)
	s.start()
	p.do(chromedp.Reload()) // what was typed outlives that
	p.awaitConnected()
	p.await(`document.querySelectorAll("#outbox [data-state=failed]").length === 2`)
	p.do(chromedp.Click(chromedp.CSS("#outbox > :last-child .discard")))
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.awaitCount(1)
	p.await(`!document.querySelector("#outbox > *")`)
	p.say("done")
	p.awaitText("done")
	p.wantMessages("Ann: keep this", "Ann: done")
	if got := s.history("lobby"); len(got) != 2 {
		t.Errorf("the server has %q", got)
	}
}

// withoutStream keeps the stream away, whose echo would settle what was sent.
var withoutStream = command(network.SetBlockedURLs, network.SetBlockedURLsParams{
	URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/*/events", Block: true}},
})

// The message arrives, its answer is lost: only the client id keeps it from
// being there twice.
func TestLostAnswer(t *testing.T) {
	s := startServer(t)
	p := newPage(t, remembered("Ann", s.url), withoutStream)
	p.do(chromedp.Navigate(s.url))
	p.await(`document.querySelector("#composer").noValidate`) // the script is at work
	p.do(command(fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{
		{URLPattern: "*/messages", RequestStage: fetch.RequestStageResponse},
	}}))
	paused := chromedp.Events(p.ctx, fetch.RequestPaused)
	p.say("once")
	for event, err := range paused {
		if err != nil {
			t.Fatal(err)
		}
		p.do(command(fetch.FailRequest, fetch.FailRequestParams{
			RequestID: event.RequestID, ErrorReason: network.ErrorReasonConnectionReset,
		}))
		break
	}
	p.await(failed)
	p.do(command(fetch.Disable, cdp.Empty{}))
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.awaitCount(1)
	p.await(`!document.querySelector("#outbox > *")`)
	p.wantMessages("Ann: once")
	if got := s.history("lobby"); len(got) != 1 {
		t.Errorf("the server has %q", got)
	}
}

func TestRateLimitCountsDown(t *testing.T) {
	s := startServer(t, "--rate-limit", "1")
	p := openPage(t, s.url, "Ann")
	p.say("one")
	p.say("two")
	p.await(`document.querySelector("#outbox [data-state=waiting] .delivery-text")?.textContent.includes("Trying again in")`)
	p.awaitCount(2)
	p.wantMessages("Ann: one", "Ann: two")
}
