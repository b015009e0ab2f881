package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var withoutScript = command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})

// Without the script the page lists, sends and turns pages, by HTML alone.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 60)
	p := newPage(t, withoutScript)
	p.do(
		chromedp.Navigate(s.Room("lobby")),
		chromedp.WaitVisible(chromedp.CSS(".live-frame")),
		chromedp.SendKeys(chromedp.CSS("#user-name"), "Plain"),
		chromedp.SendKeys(chromedp.CSS("#message"), "no script here"),
	)
	answer, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS("#send")))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Status != 200 || answer.URL != s.Room("lobby") {
		t.Errorf("sending led to %d at %s, want the room", answer.Status, answer.URL)
	}
	p.awaitCount(50)
	history := s.History("lobby")
	p.wantMessages(history[len(history)-50:]...)
	if got := eval[string](p, `document.querySelector("#user-name").value`); got != "Plain" {
		t.Errorf("the name field holds %q after sending", got)
	}

	p.goFrame(s.Room("lobby"))
	p.do(chromedp.Click(chromedp.CSS(".older")), chromedp.WaitVisible(chromedp.CSS("a[href='/rooms/lobby']")))
	p.wantMessages(history[:len(history)-50]...)
	if len(history) != 61 {
		t.Errorf("the room has %d messages, want 61", len(history))
	}
}

// What could not be sent comes back in its field, with the reason.
func TestWithoutScriptNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := newPage(t, withoutScript)
	p.do(
		chromedp.Navigate(s.Room("lobby")),
		chromedp.Focus(chromedp.CSS("#user-name")), insert("zero\u200bwidth"),
		chromedp.SendKeys(chromedp.CSS("#message"), `</textarea><b>kept</b>`),
		chromedp.Click(chromedp.CSS("#send")),
		chromedp.WaitVisible(chromedp.CSS(`.banner[role=alert]`)),
	)
	if got := p.draft(); got != `</textarea><b>kept</b>` {
		t.Errorf("the field holds %q", got)
	}
}
