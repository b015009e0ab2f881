package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What is found shows where it is, and is reached and opened by the arrow keys and Enter.
func TestSearchInPlace(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Bob", strings.Repeat("leaf ", 300)+"and **oolong** at last")
	s.Post("tea", "Bob", "oolong & <b>milk</b>")
	s.Post("tea", "Bob", "something else")
	s.awaitViews()
	p := openPage(t, s.Room("tea"), "Ann")
	p.do(chromedp.Click(chromedp.CSS("#search")))
	p.await(`document.querySelector(".find[open]") !== null`)
	p.do(insert("OOLONG"))
	p.await(`document.querySelectorAll(".find mark").length === 2`)
	texts := eval[[]string](p, `[...document.querySelectorAll(".found-text")].map((each) => each.textContent)`)
	if texts[0] != "oolong & <b>milk</b>" || !strings.HasPrefix(texts[1], "…leaf") || !strings.HasSuffix(texts[1], "and oolong at last") {
		t.Errorf("the texts are %q", texts)
	}
	chosen := func(at int) {
		t.Helper()
		const marked = `[...document.querySelectorAll(".found-message")].findIndex((each) => each.ariaSelected === "true" &&
			each.id === document.activeElement.getAttribute("aria-activedescendant"))`
		if got := eval[int](p, marked); got != at {
			t.Errorf("result %d is chosen, want %d", got, at)
		}
	}
	chosen(-1)
	for _, step := range []struct {
		key string
		at  int
	}{{kb.ArrowDown, 0}, {kb.ArrowUp, -1}, {kb.ArrowDown, 0}, {kb.ArrowDown, 1}, {kb.ArrowDown, 1}} {
		p.do(chromedp.KeyEvent(step.key))
		chosen(step.at)
	}
	id := eval[string](p, `document.querySelectorAll(".found-message")[1].href.split("/").at(-1)`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector(".find[open]") === null && document.getElementById("m-` + id + `").classList.contains("found")`)
}
