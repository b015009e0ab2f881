package e2e

import (
	"iter"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	bannerShown = `!document.querySelector("#banner").hidden`
	failed      = `document.querySelector("#outbox [data-state=failed]")`
	waiting     = `document.querySelector("#outbox [data-state=waiting]")`
)

func TestServerGoneAndBack(t *testing.T) {
	s := startServer(t)
	s.Post("lobby", "curl", "before")
	p := openPage(t, s.URL, "Ann")
	s.Kill()
	p.await(bannerShown)
	s.Restart()
	s.Post("lobby", "curl", "while the page was away")
	// Not with the pointer: the page may be back by itself, and the button gone.
	eval[bool](p, `document.querySelector("#retry-now").click() ?? true`)
	p.awaitConnected()
	p.await(`document.querySelector("#banner").hidden`)
	s.Post("lobby", "curl", "after")
	p.awaitText("after")
	p.wantMessages("curl: before", "curl: while the page was away", "curl: after")
}

// Another log behind the same address is another truth: the page shows that one.
func TestLogReplaced(t *testing.T) {
	s := startServer(t)
	s.PostMany("lobby", "curl", 3)
	p := openPage(t, s.URL, "Ann")
	p.awaitCount(3)
	s.Kill()
	p.await(bannerShown)
	s.Data = t.TempDir()
	s.Restart()
	s.Post("lobby", "curl", "a new beginning")
	p.await(`document.querySelector("#banner").hidden`)
	p.awaitCount(1)
	p.wantMessages("curl: a new beginning")
}

// stored returns, quoted, the key under which the browser keeps a message until it is sent.
func (p *page) stored(text string) string {
	p.t.Helper()
	return quote(eval[string](p, `Object.keys(localStorage).find((key) => localStorage[key].includes(`+quote(text)+`))`))
}

// cutOff opens a page whose server goes away before a person says something.
func cutOff(t *testing.T, texts ...string) (*server, *page) {
	t.Helper()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	s.Kill()
	for _, text := range texts {
		p.say(text)
	}
	p.await(waiting)
	return s, p
}

// What is written while the server is away is sent once it is back: in order, once, and
// without what was discarded.
func TestOutboxOutlivesAnOutage(t *testing.T) {
	s, p := cutOff(t, "one", "two", "not this", "three")
	// Not with the pointer: for a moment nothing is shown, so that what is quick does not flicker.
	eval[bool](p, `document.querySelector("#outbox > .message:nth-child(4) .discard").click() ?? true`)
	s.Restart()
	p.awaitConnected()
	p.awaitCount(3)
	p.await(`!document.querySelector("#outbox > *")`)
	p.wantMessages("Ann: one", "Ann: two", "Ann: three")
	if got := s.History("lobby"); len(got) != 3 {
		t.Errorf("the server has %q", got)
	}
}

// It outlives the page too; and what is old by then asks first.
func TestOutboxOutlivesAReload(t *testing.T) {
	s, p := cutOff(t, "an hour ago", "just now")
	key := p.stored("an hour ago")
	p.do(
		chromedp.Navigate("about:blank"), // or it would send as soon as the server is back
		command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
			Source: `if (location.host) localStorage[` + key + `] = JSON.stringify({
				...JSON.parse(localStorage[` + key + `]), time: new Date(Date.now() - 3600_000).toISOString(),
			})`,
		}),
	)
	s.Restart()
	p.do(chromedp.Navigate(s.URL))
	p.awaitConnected()
	p.awaitCount(1)
	p.await(failed)
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.awaitCount(2)
	p.wantMessages("Ann: just now", "Ann: an hour ago")
}

// Two tabs have one outbox: what one discards the other does not send.
func TestDiscardInAnotherTab(t *testing.T) {
	s, p := cutOff(t, "one", "two")
	key := p.stored("two")
	eval[bool](p, `dispatchEvent(new StorageEvent("storage", { key: `+key+`, newValue: null }))`) // as the browser does
	s.Restart()
	p.awaitCount(1)
	p.await(`!document.querySelector("#outbox > *")`)
	p.say("three")
	p.awaitText("three")
	p.wantMessages("Ann: one", "Ann: three")
}

// withoutStream keeps the stream away, whose echo would settle what was sent.
var withoutStream = command(network.SetBlockedURLs, network.SetBlockedURLsParams{
	URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/events", Block: true}},
})

// withoutWorker makes the browser one that has no shared workers, so that each page has a
// stream of its own.
var withoutWorker = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
	Source: "delete window.SharedWorker",
})

// The message arrives, its answer is lost: only the client id keeps it from
// being there twice.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := newPage(t, remembered("Ann", s.URL), withoutWorker, withoutStream)
	p.do(chromedp.Navigate(s.URL))
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
	p.await(waiting)
	p.do(command(fetch.Disable, cdp.Empty{}))
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.awaitCount(1)
	p.await(`!document.querySelector("#outbox > *")`)
	p.wantMessages("Ann: once")
	if got := s.History("lobby"); len(got) != 1 {
		t.Errorf("the server has %q", got)
	}
}

// Where the servers that store messages are slow or away, the page says so, keeps the text and sends it again by itself; with
// the same client id, so that it is there once even if it had been stored.
func TestTroubledAnswers(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := newPage(t, remembered("Ann", s.URL), withoutWorker, withoutStream)
	p.do(chromedp.Navigate(s.URL))
	p.await(`document.querySelector("#composer").noValidate`) // the script is at work
	p.do(command(fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{
		{URLPattern: "*/messages", RequestStage: fetch.RequestStageResponse},
	}}))
	paused, stop := iter.Pull2(chromedp.Events(p.ctx, fetch.RequestPaused))
	defer stop()
	p.say("once")
	for code, said := range map[string]string{"uncertain": "slow to answer", "read_only": "Reading still works"} {
		event, err, _ := paused()
		if err != nil {
			t.Fatal(err)
		}
		p.do(command(fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: event.RequestID, ResponseCode: http.StatusServiceUnavailable,
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/problem+json"}, {Name: "Retry-After", Value: "1"}},
			Body:            []byte(`{"code":"` + code + `","status":503,"detail":"Try again."}`),
		}))
		p.await(`document.querySelector("#outbox [data-state=waiting] .delivery-text")?.textContent.includes(` + quote(said) + `)`)
	}
	p.do(command(fetch.Disable, cdp.Empty{}))
	p.awaitCount(1)
	p.await(`!document.querySelector("#outbox > *")`)
	if got := s.History("lobby"); len(got) != 1 {
		t.Errorf("the server has %q", got)
	}
}

// unfinished makes the browser one in which a page was closed long ago before it knew what had
// become of a message of Ann's.
func unfinished(room, clientID, text string) step {
	return unfinishedOf("Ann", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), room, clientID, text)
}

func unfinishedOf(name string, at time.Time, room, clientID, text string) step {
	entry := `{"clientId":` + quote(clientID) + `,"userName":` + quote(name) + `,"text":` + quote(text) + `,"time":` + quote(at.Format(time.RFC3339)) + `,"state":"sending"}`
	return command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `localStorage[` + quote("plainchat:outbox:"+room+":"+clientID) + `] = ` + quote(entry),
	})
}

// A message that had arrived long ago is not drawn where it would leave a hole below it.
func TestLateRetryLeavesNoHole(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.Room("lobby"), "Ann", unfinished("lobby", "old", "old"))
	if got := eval[int](p, `fetch("/rooms/lobby/messages", { method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ user_name: "Ann", message: "old", client_id: "old" }) }).then((answer) => answer.status)`); got != http.StatusCreated {
		t.Fatalf("status %d", got)
	}
	s.PostMany("lobby", "Bob", 60)
	p.do(chromedp.Navigate(s.Room("lobby")))
	p.awaitConnected()
	p.await(failed)
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.await(`!document.querySelector("#outbox > *")`)
	eval[float64](p, `document.querySelector("#viewport").scrollTop = -1e6`)
	p.awaitCount(61)
	p.wantMessages(s.History("lobby")...)
}

// A key that belongs to another message is final, and said in words.
func TestKeyReused(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.Room("lobby"), "Ann", unfinished("lobby", "old", "another text"))
	if got := eval[int](p, `fetch("/rooms/lobby/messages", { method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ user_name: "Ann", message: "old", client_id: "old" }) }).then((answer) => answer.status)`); got != http.StatusCreated {
		t.Fatalf("status %d", got)
	}
	s.PostMany("lobby", "Bob", 60) // so that the first is not on the page, which would settle it
	p.do(chromedp.Navigate(s.Room("lobby")))
	p.awaitConnected()
	p.await(failed)
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.await(`document.querySelector("#outbox .delivery-text").textContent.includes("same key")`)
	p.await(failed)
}

func TestRateLimitCountsDown(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--rate-limit", "1")
	p := openPage(t, s.URL, "Ann")
	p.say("one")
	p.say("two")
	p.await(`document.querySelector("#outbox [data-state=waiting] .delivery-text")?.textContent.includes("Trying again in")`)
	p.awaitCount(2)
	p.wantMessages("Ann: one", "Ann: two")
}
