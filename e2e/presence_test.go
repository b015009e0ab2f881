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
	ann, bob := openPage(t, s.URL, "Ann"), openPage(t, s.URL, "Bob")
	ann.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent("h"))
	bob.await(`document.querySelector("#typing").textContent === "Ann is typing…"`)
	if got := eval[string](ann, `document.querySelector("#typing").textContent`); got != "" {
		t.Errorf("who types is told %q", got)
	}
	ann.say("ello")
	bob.await(`document.querySelector("#typing").textContent === ""`)
}

// patient lets a test end what takes five minutes.
var patient = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `{
	const real = setTimeout, now = Date.now;
	let passed = 0, waiting = [];
	window.setTimeout = (action, time, ...rest) => (time === 300_000 ? waiting.push(action) : real(action, time, ...rest));
	Date.now = () => now() + passed;
	window.fiveMinutesPass = () => {
		passed += 300_000;
		waiting.splice(0).forEach((action) => action());
	};
}`})

// Who does nothing for long is away to the others, until they move.
func TestIdle(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	bob := openPage(t, s.URL, "Bob")
	ann := openPage(t, s.URL, "Ann", patient)
	bob.await(`document.querySelector("#online").textContent === "2"`)
	bob.do(chromedp.Click(chromedp.CSS("#people > summary")))
	const people = `[...document.querySelectorAll("#people-list .person")].map((e) => e.textContent).join() === `
	bob.await(people + `"BoBob,AnAnn"`)
	eval[any](ann, `fiveMinutesPass()`)
	bob.await(people + `"BoBob,AnAnnaway"`)
	bob.await(`document.querySelector("#faces .idle").textContent === "An"`)
	eval[bool](ann, `dispatchEvent(new Event("keydown"))`)
	bob.await(people + `"BoBob,AnAnn"`)
}
