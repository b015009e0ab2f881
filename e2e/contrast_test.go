package e2e

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/contrast.js
var lowContrast string

// force puts everything that a selector finds into states such as being under the pointer, and out
// of all others.
func force(selector string, states ...string) step {
	if states == nil {
		states = []string{} // null would change nothing
	}
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, css.Enable, cdp.Empty{}); err != nil {
			return err
		}
		document, err := cdp.Call(ctx, target, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return err
		}
		found, err := cdp.Call(ctx, target, dom.QuerySelectorAll, dom.QuerySelectorAllParams{NodeID: document.Root.NodeID, Selector: selector})
		if err != nil {
			return err
		}
		for _, id := range found.NodeIDs {
			if _, err := cdp.Call(ctx, target, css.ForcePseudoState, css.ForcePseudoStateParams{NodeID: id, ForcedPseudoClasses: states}); err != nil {
				return err
			}
		}
		return nil
	})
}

// pseudoStates are what can be done to a control, one after another.
var pseudoStates = [][]string{{}, {"hover"}, {"focus", "focus-visible"}, {"hover", "focus", "focus-visible"}, {"hover", "active"}, {"visited", "hover"}}

// wantContrast checks that everything can be read, whatever is being done to the controls.
func (p *page) wantContrast() {
	p.t.Helper()
	for _, pseudo := range pseudoStates {
		p.do(force("a, button, summary, input, textarea, [role=option], .message, .listed-room, .result", pseudo...))
		if low := eval[[]string](p, lowContrast); len(low) > 0 {
			p.t.Errorf("%q: contrast below 4.5:1:\n%s", pseudo, strings.Join(low, "\n"))
		}
	}
	p.do(force("*"))
}

// everyColour has each sort of token that code is coloured by, and each mark of a text.
const everyColour = "@Ines [a link](https://example.org) `code` **bold** ~~struck~~\n\n> quoted\n\n" +
	"```go\n// comment\nfunc f(a string) int { return 42 }\n```\n" +
	"```json\n{\"key\": \"value\"}\n```\n" +
	"```diff\n+inserted\n-deleted\n```"

// TestContrastOfRows: each colour of names and of code can be read on whatever a row is painted.
func TestContrastOfRows(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for i := range 40 {
		s.Post("lobby", fmt.Sprintf("person %d", i), "a colour")
	}
	s.Post("lobby", "Ada", everyColour)
	p := openPage(t, s.URL, "Ines")
	if hues := eval[int](p, `new Set([...document.querySelectorAll(".name")].map((e) => e.dataset.hue)).size`); hues != 8 {
		t.Errorf("the names have %d colours, want 8", hues)
	}
	const tokens = `[...new Set([...document.querySelectorAll(".text pre span")].map((e) => e.className))].sort().join(" ")`
	if got := eval[string](p, tokens); got != "code-a code-c code-d code-i code-k code-n code-s code-t" {
		t.Errorf("code has the colours %q", got)
	}
	for _, theme := range []string{"light", "dark"} {
		p.do(atOnce(theme))
		for _, row := range []string{"", "own", "found"} {
			eval[any](p, `document.querySelectorAll("#messages > .message").forEach((e) => { e.className = "message `+row+`"; })`)
			for _, pseudo := range [][]string{{}, {"hover"}} {
				p.do(force("#messages > .message", pseudo...))
				p.wantNone(fmt.Sprintf("%s, %q, %q: contrast below 4.5:1", theme, row, pseudo), eval[[]string](p, lowContrast))
			}
		}
		p.do(force("*"))
		p.wantContrast()
	}
}
