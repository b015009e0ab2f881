package e2e

import (
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Who types is shown to the others, until they send it.
func TestTyping(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann, bob := openPage(t, s.url, "Ann"), openPage(t, s.url, "Bob")
	ann.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent("h"))
	bob.await(`document.querySelector("#typing").textContent === "Ann is typing…"`)
	if got := eval[string](ann, `document.querySelector("#typing").textContent`); got != "" {
		t.Errorf("who types is told %q", got)
	}
	ann.say("ello")
	bob.await(`document.querySelector("#typing").textContent === ""`)
}

// hurriedIdle makes five minutes a moment.
var hurriedIdle = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `{
	const real = setTimeout, now = Date.now;
	window.setTimeout = (action, time, ...rest) => real(action, time === 300_000 ? 300 : time, ...rest);
	Date.now = () => now() * 1000;
}`})

// Who does nothing for long is away to the others, until they move.
func TestIdle(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	bob := openPage(t, s.url, "Bob")
	ann := openPage(t, s.url, "Ann", hurriedIdle)
	bob.do(chromedp.Click(chromedp.CSS("#people > summary")))
	const away = `[...document.querySelectorAll("#people-list .person")].map((e) => e.textContent).join() === `
	bob.await(away + `"BoBob,AnAnnaway"`)
	bob.await(`document.querySelector("#faces .idle").textContent === "An"`)
	eval[bool](ann, `dispatchEvent(new Event("keydown"))`)
	bob.await(away + `"BoBob,AnAnn" || ` + away + `"BoBob,AnAnnaway"`)
}
