package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience ends a test that waits for what never comes.
const patience = 3 * time.Minute

// step is something to do in a page.
type step = chromedp.Action[chromedp.Void]

// page is a tab of one person's browser, which has cookies and storage of its own.
type page struct {
	t     *testing.T
	tab   context.Context
	ctx   context.Context // the same, for as long as a test may wait
	close func()          // the tab; also done at the end of the test

	mu         sync.Mutex
	complaints []string // script errors, dialogs, violations of the content security policy
}

// newPage opens a browser context with an empty tab. At the end of the test the page
// must have had nothing to complain about.
func newPage(t *testing.T, setUp ...step) *page {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	return newTab(t, tab, closeTab, setUp...)
}

// another opens a further tab of the same browser.
func (p *page) another(address string) *page {
	p.t.Helper()
	tab, closeTab := chromedp.NewContext(p.tab)
	next := newTab(p.t, tab, closeTab)
	next.do(chromedp.Navigate(address))
	next.awaitConnected()
	return next
}

func newTab(t *testing.T, tab context.Context, closeTab func(), setUp ...step) *page {
	t.Helper()
	t.Cleanup(closeTab)
	p := &page{t: t, tab: tab, close: closeTab}
	if err := chromedp.Listen(tab, p.listen); err != nil { // opens the tab
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tab, patience)
	t.Cleanup(cancel)
	t.Cleanup(p.wantNoComplaints)
	p.ctx = ctx
	p.do(
		command(log.Enable, cdp.Empty{}),
		command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: reportViolations}),
		command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: looking}),
		chromedp.EmulateViewport(1280, 800),
	)
	p.do(setUp...)
	return p
}

// openPage opens a page for a person with a name, or for an empty name one who
// comes for the first time.
func openPage(t *testing.T, address, name string, setUp ...step) *page {
	t.Helper()
	if name != "" {
		setUp = append(setUp, remembered(name, address))
	}
	p := newPage(t, setUp...)
	p.do(chromedp.Navigate(address))
	p.awaitConnected()
	return p
}

// openNameField leads to the field of the name by the menu.
func (p *page) openNameField() {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS("#change-name")))
	p.await(`document.activeElement.id === "user-name"`)
}

// remembered makes the browser one in which the person has given a name before.
func remembered(name, address string) step {
	return command(network.SetCookie, network.SetCookieParams{
		Name: "user_name", Value: url.PathEscape(name), URL: address,
	})
}

// reportViolations makes a page write to its console what its content security
// policy forbade, in a form that listen takes for a complaint.
const reportViolations = `addEventListener("securitypolicyviolation",
	(e) => console.error("violation", e.violatedDirective, e.blockedURI, e.sample), true)`

// looking has a page take itself for the one that its reader looks at: of several tabs, one alone
// would be.
const looking = `document.hasFocus = () => true;`

// needsHTTPS is what the browser has to say of a header that it only heeds over HTTPS.
const needsHTTPS = "The Cross-Origin-Opener-Policy header has been ignored"

func (p *page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.complain("exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			p.complain("console: %s", argsOf(e))
		}
	case *log.EventEntryAdded:
		away := e.Entry.Source == log.EntrySourceNetwork // the server, as is part of some tests
		if !away && !strings.HasPrefix(e.Entry.Text, needsHTTPS) {
			p.complain("%s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *cdppage.EventJavascriptDialogOpening:
		p.complain("dialog: %s", e.Message)
	}
}

func argsOf(e *runtime.EventConsoleAPICalled) []string {
	var args []string
	for _, arg := range e.Args {
		args = append(args, string(arg.Value))
	}
	return args
}

func (p *page) complain(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complaints = append(p.complaints, fmt.Sprintf(format, args...))
}

func (p *page) wantNoComplaints() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.complaints) > 0 {
		p.t.Errorf("the browser complained:\n%s", strings.Join(p.complaints, "\n"))
	}
}

func (p *page) do(steps ...step) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// command makes a step of a command of the DevTools protocol.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// eval returns the value of an expression in the page, or what it promises.
func eval[T any](p *page, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// await waits until an expression is true. (chromedp.Poll makes its function with
// new Function, which the content security policy forbids, rightly.)
func (p *page) await(expression string) {
	p.t.Helper()
	script := fmt.Sprintf(`new Promise((resolve) => {
		const check = () => ((%s) ? resolve(true) : setTimeout(check, 10));
		check();
	})`, expression)
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		p.t.Fatalf("waiting for %s: %v\nthe page shows: %q", expression, err, p.body())
	}
}

// stillTime ends the test once it has waited for too long for what no page tells.
func (p *page) stillTime() {
	p.t.Helper()
	if err := p.ctx.Err(); err != nil {
		p.t.Fatal(err)
	}
}

// body returns the page's text, for a failure's report, after the test's own time
// may have run out.
func (p *page) body() string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

func (p *page) awaitConnected() {
	p.t.Helper()
	p.await(`document.querySelector("#connection[data-state=open]")`)
}

// messages returns what the page shows as said, as "name: text".
func (p *page) messages() []string {
	p.t.Helper()
	return eval[[]string](p, `[...document.querySelectorAll("#messages > .message")].map((m) =>
		m.querySelector(".name").textContent + ": " + m.querySelector(".text").textContent)`)
}

// awaitCount waits until the page shows n messages.
func (p *page) awaitCount(n int) {
	p.t.Helper()
	p.await(fmt.Sprintf(`document.querySelectorAll("#messages > .message").length === %d`, n))
}

// awaitText waits for a message with this text.
func (p *page) awaitText(text string) {
	p.t.Helper()
	p.await(`[...document.querySelectorAll("#messages .text")].some((e) => e.textContent === ` + quote(text) + `)`)
}

// say types a message and sends it with Enter.
func (p *page) say(text string) {
	p.t.Helper()
	p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent(text+kb.Enter))
}

// draft returns what the message field holds.
func (p *page) draft() string {
	p.t.Helper()
	return eval[string](p, `document.querySelector("#message").value`)
}

func (p *page) wantMessages(want ...string) {
	p.t.Helper()
	if got := p.messages(); !slices.Equal(got, want) {
		p.t.Errorf("the page shows\n%q\nwant\n%q", got, want)
	}
}

// quote writes a string as JavaScript does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}
