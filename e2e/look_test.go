package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// background returns the page's own, as the browser writes colours.
func (p *page) background() string {
	p.t.Helper()
	return eval[string](p, `getComputedStyle(document.documentElement).backgroundColor`)
}

const (
	paper = "rgb(253, 252, 250)"
	night = "rgb(25, 24, 23)"
)

func TestThemes(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann", prefer("dark"))
	if got := p.background(); got != night {
		t.Errorf("where dark is preferred the page is %s", got)
	}
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS("#theme")))
	if got := p.background(); got != paper {
		t.Errorf("switched to light the page is %s", got)
	}
	p.do(chromedp.Reload())
	p.awaitConnected()
	if got := p.background(); got != paper {
		t.Errorf("after a reload the choice is forgotten: the page is %s", got)
	}
}

// reflows are windows as small as great zoom or a small phone makes them.
var reflows = []struct{ width, height int64 }{{320, 568}, {360, 300}, {320, 256}, {640, 360}}

func TestReflow(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", strings.Repeat("W", 40), strings.Repeat("x", 5000))
	const reachable = `(() => {
		document.querySelector("#message").focus();
		const send = document.querySelector("#send");
		send.scrollIntoView();
		return send.getBoundingClientRect().bottom <= innerHeight;
	})()`
	s.Post("lobby", "가나다라마바사아자차카타파하가나다라마바사아자차카타파하", "한국어")
	p := openPage(t, s.URL, "") // with the name field open
	for _, r := range reflows {
		p.do(chromedp.EmulateViewport(r.width, r.height))
		for _, box := range []string{"document.documentElement", `document.querySelector("#viewport")`} {
			if over := eval[int](p, box+".scrollWidth - "+box+".clientWidth"); over > 0 {
				t.Errorf("at %dx%d %s scrolls sideways by %d pixels", r.width, r.height, box, over)
			}
		}
		if height := eval[int](p, `document.querySelector("#viewport").clientHeight`); height < 80 {
			t.Errorf("at %dx%d only %d pixels are left to read in", r.width, r.height, height)
		}
		if over := eval[int](p, `document.documentElement.scrollHeight - innerHeight`); r.height >= 300 && over > 0 {
			t.Errorf("at %dx%d the page is %d pixels too high", r.width, r.height, over)
		}
		if !eval[bool](p, reachable) {
			t.Errorf("at %dx%d the Send button is out of reach", r.width, r.height)
		}
	}
}

func TestTargetsAreLargeEnough(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	small := eval[[]string](p, `[...document.querySelectorAll("button, .button, summary, textarea, input")]
		.filter((e) => e.checkVisibility())
		.filter((e) => { const { width, height } = e.getBoundingClientRect(); return width < 24 || height < 24; })
		.map((e) => e.outerHTML)`)
	if len(small) > 0 {
		t.Errorf("smaller than 24 pixels:\n%s", strings.Join(small, "\n"))
	}
}

func TestKeyboardReachesEverything(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 200) // of which some are still older when those in reach are loaded
	p := openPage(t, s.URL, "Ann")
	var reached []string
	for range 20 {
		p.do(chromedp.KeyEvent(kb.Tab))
		reached = append(reached, eval[string](p, `(() => {
			const e = document.activeElement;
			return e.id || e.tagName;
		})()`))
	}
	for _, want := range []string{"viewport", "older", "SUMMARY", "message", "send"} {
		if !slices.Contains(reached, want) {
			t.Errorf("the Tab key does not reach %q; it goes to %q", want, reached)
		}
	}
	p.do(chromedp.Focus(chromedp.CSS("#viewport")), chromedp.KeyEvent(kb.PageUp))
	p.await(`document.querySelector("#viewport").scrollTop < 0`)
}

func TestEveryControlHasAName(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "")
	tree, err := chromedp.Run(p.ctx, func(ctx context.Context, target *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, target, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]int{}
	for _, node := range tree.Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role, name := string(node.Role.Value), ""
		if node.Name != nil {
			name = string(node.Name.Value)
		}
		roles[role]++
		switch role {
		case `"button"`, `"link"`, `"textbox"`, `"log"`, `"DisclosureTriangle"`:
			if name == "" || name == `""` {
				t.Errorf("a %s has no name", role)
			}
		}
	}
	for _, role := range []string{`"log"`, `"status"`, `"textbox"`, `"heading"`, `"main"`, `"banner"`} {
		if roles[role] == 0 {
			t.Errorf("the page has no %s; it has %v", role, roles)
		}
	}
}
