package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// force puts everything that a selector finds into a state such as being under the pointer.
func force(selector string, states ...string) step {
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

// atOnce makes the browser one whose person wants no motion, so that colours change at once.
func atOnce(theme string) step {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// TestContrastOfControls: what can be pressed can be read, whatever is being done to it.
func TestContrastOfControls(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.postMany("lobby", "Noor", 200)
	for _, theme := range []string{"light", "dark"} {
		p := openPage(t, s.url, "Ines", atOnce(theme), unfinished("lobby", "1", "hello"))
		problem := newPage(t, atOnce(theme))
		problem.do(chromedp.Navigate(s.url + "/nowhere"))
		p.await(failed)
		p.openNameField()
		eval[bool](p, `(() => {
			for (const id of ["banner", "retry-now", "reload", "jump", "older", "newer", "welcome"]) document.getElementById(id).hidden = false;
			document.querySelector("#jump").textContent ||= "Jump";
			return document.querySelector("#theme").click() ?? document.querySelector("#theme").click() ?? true;
		})()`)
		for _, each := range []*page{p, problem} {
			for _, states := range [][]string{{}, {"hover"}, {"focus", "focus-visible"}, {"hover", "focus", "focus-visible"}, {"hover", "active"}, {"visited", "hover"}} {
				each.do(force("a, button, summary, input, textarea", states...))
				if low := eval[[]string](each, lowContrast); len(low) > 0 {
					t.Errorf("%s, %q: contrast below 4.5:1:\n%s", theme, states, strings.Join(low, "\n"))
				}
			}
		}
	}
}
