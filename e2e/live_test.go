package e2e

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// markup is what the page shows of what has happened, with the classes and attributes of each
// element in order; without who has read it, how it is grouped, and what a pointer brings.
const markup = `(() => {
	const isPassing = (e) => e.nodeType === Node.ELEMENT_NODE && e.matches(".receipt, .unread-line, .bar");
	const ticks = (e) => e.parentElement.matches('.ask-until > time, [data-status="running"] .status'); // by the clock
	const tell = (e) => e.nodeType === Node.TEXT_NODE ? (ticks(e) ? "" : e.data) : [
		"<" + e.tagName.toLowerCase(),
		...[...e.attributes].map((a) => a.name + "=" + (a.name === "class" ? [...e.classList].filter((c) => c !== "continued").sort().join(" ") : a.value)).sort(),
		">" + [...e.childNodes].filter((each) => !isPassing(each)).map(tell).join(""),
	].join(" ");
	return ["#messages", "#pins", "#topic"].map((s) => tell(document.querySelector(s))).join("\n")
		.replaceAll("<li", "\n<li").replaceAll(/ class= | class= >/g, " ");
})()`

// wantAsFresh checks that the page shows what another that is opened now does.
func (p *page) wantAsFresh(address, name string) {
	p.t.Helper()
	live := eval[string](p, markup)
	p.do(chromedp.Navigate(address))
	p.awaitConnected()
	if fresh := eval[string](p, markup); live != fresh {
		p.t.Errorf("%s saw\n%s\nand afresh\n%s", name, live, fresh)
	}
}

// People do to messages what they can, and whoever saw it has the page of one who comes later.
func TestChangesLiveAndAfresh(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	room := s.Room("tea")
	ann, ben := openPage(t, room, "Ann"), openPage(t, room, "Ben")
	ann.say("which tea?")
	ann.say("or cake?")
	ann.awaitCount(2)
	ben.awaitCount(2)
	ben.say("oolong")
	ben.awaitCount(3)
	ann.awaitCount(3)
	ids := eval[[]string](ann, `[...document.querySelectorAll("#messages > .message")].map((m) => m.id.slice(2))`)

	ben.openActions(ids[0])
	ben.click(message(ids[0]) + ` .react[value="👍"]`)
	ben.await(`document.querySelector(".chip") !== null`)
	ann.await(`document.querySelector(".chip") !== null`)
	ann.click(message(ids[0]) + " .chip")
	ann.await(`document.querySelector(".chip").textContent === "👍 2"`)
	ann.openActions(ids[2])
	ann.click(message(ids[2]) + " .reply")
	ann.say("with milk")
	ann.awaitCount(4)
	ben.openActions(ids[2])
	ben.click(message(ids[2]) + " .pin")
	ben.await(`document.querySelector(".pinned") !== null`)
	ben.openActions(ids[2])
	ben.click(message(ids[2]) + " .edit")
	ben.do(chromedp.KeyEvent(kb.End + ", please" + kb.Enter))
	ben.await(`document.querySelector(".edited") !== null`)
	ann.openActions(ids[1])
	ann.click(message(ids[1]) + " .delete")
	ann.click(message(ids[1]) + " .delete.sure")
	const all = `document.querySelector(".deleted") !== null && document.querySelector(".chip").textContent === "👍 2" &&
		document.querySelector(".quote-text").textContent === "oolong, please" && document.querySelector(".actions, .editor") === null &&
		document.querySelector("#pins-list").textContent === "Ben oolong, please" && document.querySelectorAll("#outbox > *").length === 0`
	ann.await(all)
	ben.await(all)
	ann.wantAsFresh(room, "Ann")
	ben.wantAsFresh(room, "Ben")
}

// The same without script, by links and forms.
func TestChangesWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	room := s.Room("tea")
	p := newPage(t, withoutScript)
	send := func(text string) {
		t.Helper()
		p.do(chromedp.SendKeys(chromedp.CSS("#message"), text))
		p.follow("#send")
	}
	p.do(visit(room), chromedp.WaitVisible(chromedp.CSS("#user-name")), chromedp.SendKeys(chromedp.CSS("#user-name"), "Plain"))
	send("first")
	act := func(selectors ...string) {
		t.Helper()
		for _, selector := range selectors {
			p.follow(selector)
		}
	}
	choose := func(selectors ...string) {
		t.Helper()
		p.goFrame(room)
		act(selectors...)
	}
	choose(".act", ".react")
	p.awaitShown("Plain: first 👍1 mine Plain")
	choose(".chip")
	p.awaitShown("Plain: first")
	choose(".act", ".action.pin")
	p.awaitShown("Plain: first [pinned]")
	choose(".act", ".action.edit")
	p.do(chromedp.WaitVisible(chromedp.CSS(".editor textarea")), chromedp.SendKeys(chromedp.CSS(".editor textarea"), "at "))
	act(".editor .primary")
	p.awaitShown("Plain: at first [edited,pinned]")
	choose(".act", ".action.reply")
	send("second")
	p.awaitShown("Plain: at first [edited,pinned]", "(Plain at first) Plain: second")
	choose(".act", ".action.delete")
	p.awaitShown("Plain: This message was deleted. deleted", "(Plain This message was deleted.) Plain: second")
	if eval[bool](p, `!document.querySelector("#pins").hidden`) {
		t.Error("a deleted message is still pinned")
	}
}

// follow clicks what leads to another page, and waits for that.
func (p *page) follow(selector string) {
	p.t.Helper()
	p.do(leaving(chromedp.Click(chromedp.CSS(selector))))
	if status := eval[int](p, `performance.getEntriesByType("navigation")[0].responseStatus`); status != http.StatusOK {
		p.t.Fatalf("%s led to an answer of %d", selector, status)
	}
}
