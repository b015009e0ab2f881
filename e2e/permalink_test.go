package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// isCentred tells whether a message is in the middle of the view, and has the focus.
func isCentred(id string) string {
	return `(() => {
		const element = document.getElementById("m-` + id + `");
		const view = document.querySelector("#viewport").getBoundingClientRect();
		if (!element?.contains(document.activeElement)) return false;
		const { top, bottom } = element.getBoundingClientRect();
		return Math.abs((top + bottom) / 2 - (view.top + view.bottom) / 2) < 40;
	})()`
}

// goTo leads to a message as a link of the page does.
func (p *page) goTo(id string) {
	p.t.Helper()
	eval[any](p, `(() => {
		const link = document.createElement("a");
		link.href = document.body.dataset.path + "/messages/`+id+`";
		document.body.append(link);
		link.click();
		link.remove();
	})()`)
	p.await(isCentred(id))
}

// The address of a message leads to it, however old it is. From there the page goes on in both
// directions, and to what is said now.
func TestPermalink(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("tea", "Ann", 300)
	all := s.Said("tea")
	p := openPage(t, s.Room("tea")+"/messages/"+all[120].ID, "Ben")
	p.await(isCentred(all[120].ID) + ` && document.querySelector(".message:target") === document.activeElement.closest(".message")`)
	if zoned := eval[bool](p, `document.querySelector("#messages .day").textContent.includes("UTC")`); zoned {
		t.Error("days are those of UTC")
	}
	s.Post("tea", "Ann", "now")
	p.await(`document.querySelector("#jump").textContent === "1 new · jump to latest"`)
	p.await(isCentred(all[120].ID))
	p.click("#jump")
	p.awaitText("now")
	p.await(atBottom + ` && location.search === ""`)
	p.say("seen")
	p.awaitText("seen")

	p.goTo(all[100].ID)
	p.say("and this")
	p.awaitText("and this")
	p.await(atBottom)
}

// A link to a message of any age shows it in place, and Back leads to what was read before.
func TestLinkToAnOldMessage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("tea", "Ann", 300)
	old := s.Said("tea")[120].ID
	s.answer("tea", "Ben", "as you said", old)
	p := openPage(t, s.Room("tea"), "Ann")
	eval[any](p, `window.stays = true, document.querySelector("#viewport").scrollTop = -300, 0`)
	was := p.place()
	eval[any](p, `document.querySelector(".quote").click(), 0`)
	p.await(isCentred(old))
	if !eval[bool](p, `window.stays && location.search === "?around=`+old+`"`) {
		t.Error("the page was loaded again, or has the same address")
	}
	eval[any](p, `window.history.back(), 0`)
	p.await(`location.search === "" && document.getElementById(` + quote(was.ID) + `) !== null`)
	p.await(fmt.Sprintf(`Math.abs(document.getElementById(%q).getBoundingClientRect().top - %v) <= 1`, was.ID, was.Top))
	eval[any](p, `window.history.forward(), 0`)
	p.await(`document.getElementById("m-` + old + `") !== null && window.stays`)

	p.do(chromedp.Reload())
	p.await(isCentred(old))
}

// While the server is away, a link to a message that is not in the list leaves the page as it is.
func TestLinkWithoutServer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("tea", "Ann", 300)
	old := s.Said("tea")[7].ID
	s.answer("tea", "Ben", "as you said", old)
	p := openPage(t, s.Room("tea"), "Ann")
	s.Kill()
	eval[any](p, `document.querySelector(".quote").click(), 0`)
	p.awaitNotice("The server did not answer. Try again.")
	p.awaitText("as you said")
}

// What a search has found is shown in place too, however old it is.
func TestFoundIsShownInPlace(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("tea", "Ann", 100)
	s.Post("tea", "Ben", "a needle")
	old := s.newest("tea")
	s.PostMany("tea", "Ann", 100)
	s.awaitViews()
	p := openPage(t, s.Room("tea"), "Ann")
	eval[any](p, `window.stays = true, 0`)
	p.click("#search")
	p.await(`document.querySelector(".find[open]") !== null`)
	p.do(insert("needle"))
	p.await(`document.querySelector(".find[open] ol a") !== null`)
	p.click(".find ol a")
	p.await(isCentred(old) + ` && document.querySelector(".find[open]") === null && window.stays`)
}
