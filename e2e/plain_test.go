package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var withoutScript = command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})

// visit goes to an address, and waits as leaving does.
func visit(address string) step {
	return leaving(command(cdppage.Navigate, cdppage.NavigateParams{URL: address}))
}

// leaving does what leads to another page, and waits until that is there. It does not wait for what is in a
// frame of the page, which may be without end.
func leaving(lead step) step {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := chromedp.Evaluate[bool](`self.isLeft = true`)(ctx, target); err != nil {
			return err
		}
		if _, err := lead(ctx, target); err != nil {
			return err
		}
		for ctx.Err() == nil {
			if is, err := chromedp.Evaluate[bool](`!self.isLeft && document.readyState !== "loading"`)(ctx, target); err == nil && is {
				return nil
			}
		}
		return ctx.Err()
	})
}

// Without the script the page lists, sends and turns pages, by HTML alone.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 60)
	p := newPage(t, withoutScript)
	p.do(
		visit(s.Room("lobby")),
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
		visit(s.Room("lobby")),
		chromedp.Focus(chromedp.CSS("#user-name")), insert("zero\u200bwidth"),
		chromedp.SendKeys(chromedp.CSS("#message"), `</textarea><b>kept</b>`),
		chromedp.Click(chromedp.CSS("#send")),
		chromedp.WaitVisible(chromedp.CSS(`.banner[role=alert]`)),
	)
	if got := p.draft(); got != `</textarea><b>kept</b>` {
		t.Errorf("the field holds %q", got)
	}
}
