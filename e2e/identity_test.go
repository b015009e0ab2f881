package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestNameIsRememberedAndChanged(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "")
	if got := eval[string](p, `document.activeElement.id`); got != "user-name" {
		t.Errorf("at the first visit the focus is on %q", got)
	}
	p.do(chromedp.KeyEvent("김 하늘" + kb.Enter + "hello" + kb.Enter))
	p.awaitCount(1)

	p.do(chromedp.Reload())
	p.awaitConnected()
	if eval[bool](p, `document.querySelector("#identity").open`) {
		t.Error("after a reload the page asks for the name again")
	}
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(chromedp.KeyEvent("Sky" + kb.Enter + "it is me" + kb.Enter))
	p.awaitCount(2)
	p.wantMessages("김 하늘: hello", "Sky: it is me")
	p.await(`document.querySelector("#online").textContent === "1"`)
}

func TestNoNameNoMessage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "")
	p.say("who am I?")
	p.await(`document.querySelector("#name-problem").textContent !== ""`)
	if got := p.draft(); got != "who am I?" {
		t.Errorf("the field holds %q; what was typed is lost", got)
	}
	p.do(chromedp.KeyEvent("Ann"+kb.Enter), chromedp.KeyEvent(kb.Enter))
	p.awaitCount(1)
	p.wantMessages("Ann: who am I?")
}

// nameProblem is what the name field says is wrong.
const nameProblem = `document.querySelector("#name-problem").textContent`

// A name that the server refuses is explained beside its field, where the focus is again, and
// nothing is said under it.
func TestRefusedName(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "")
	p.do(insert("zero\u200bwidth"), chromedp.KeyEvent(kb.Enter))
	p.await(nameProblem + `.includes("character")`)
	if got := eval[string](p, `document.activeElement.id`); got != "user-name" {
		t.Errorf("the focus is on %q", got)
	}
	p.say("hello")
	if got := p.draft(); got != "hello" {
		t.Errorf("under a refused name the message is taken from its field, which holds %q", got)
	}
	p.await(`document.activeElement.id === "user-name"`)
	p.do(chromedp.SetValue(chromedp.CSS("#user-name"), "Ann"), chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent(kb.Enter))
	p.awaitCount(1)
	p.wantMessages("Ann: hello")
	p.await(`document.querySelector("#online").textContent === "1"`)
	if eval[bool](p, bannerShown) {
		t.Error("a refused name is taken for a server that is away")
	}
}

// A name that was given while the server was away is refused with the message, which is kept
// until there is a better one. The name before stays.
func TestRefusedNameAfterAnOutage(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	s.Kill()
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(insert("zero\u200bwidth"), chromedp.KeyEvent(kb.Enter+"hello"+kb.Enter))
	p.await(waiting)
	s.Restart()
	p.await(failed)
	p.await(nameProblem + `.includes("character")`)
	p.do(chromedp.Reload())
	p.await(failed)
	if got := eval[string](p, `document.querySelector("#user-name").value`); got != "Ann" {
		t.Errorf("the name is %q", got)
	}
	p.do(chromedp.Click(chromedp.CSS("#outbox .retry")))
	p.awaitCount(1)
	p.wantMessages("Ann: hello")
}

// A name that will not do is told, and does not take the focus from what is being written.
func TestBadNameLeavesTheFocus(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "")
	p.do(insert(strings.Repeat("n", 41)), chromedp.Click(chromedp.CSS("#message")))
	p.await(`document.querySelector("#name-problem").textContent !== ""`)
	p.do(chromedp.KeyEvent("hello"))
	if got := p.draft(); got != "hello" {
		t.Errorf("the message field holds %q", got)
	}
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`document.activeElement.id === "user-name"`)
}

// A name that the server refuses, or that was not meant, does not replace the one before.
func TestNameStays(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(insert("Zed"), chromedp.KeyEvent(kb.Escape))
	p.await(`!document.querySelector("#identity").open && document.activeElement.id === "message"`)
	if got := eval[string](p, `document.querySelector("#user-name").value`); got != "Ann" {
		t.Errorf("after Esc the name is %q", got)
	}
	p.openNameField()
	p.await(`document.activeElement.id === "user-name"`)
	p.do(insert("zero\u200bwidth"), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#name-problem").textContent !== ""`)
	p.do(chromedp.Reload())
	p.awaitConnected()
	p.say("hello")
	p.awaitCount(1)
	p.wantMessages("Ann: hello")
}

// A name that belongs to another browser is explained, with one that is free, and what was
// written is not lost: it goes out under the next name.
func TestTakenName(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	openPage(t, s.URL, "Ann").say("mine")
	p := openPage(t, s.URL, "")
	p.awaitCount(1)
	p.do(insert("ann"), chromedp.KeyEvent(kb.Enter))
	p.await(nameProblem + `.includes("somebody else") && document.querySelector("#take-name:not([hidden])")?.textContent === "Use ann 2 instead"`)
	p.say("hello")
	if got := p.draft(); got != "hello" {
		t.Errorf("under a taken name the message is taken from its field, which holds %q", got)
	}
	p.click("#take-name")
	p.await(`document.activeElement.id === "message" && document.querySelector("#take-name").hidden`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.awaitCount(2)
	p.wantMessages("Ann: mine", "ann 2: hello")
}

// What somebody wrote stays theirs under their next name: in the page that saw the change, in one that
// is loaded afterwards, and without script.
func TestOwnAfterARename(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Ben", "which tea?")
	p := openPage(t, s.URL, "Ann")
	p.say("oolong")
	p.awaitCount(2)
	p.openNameField()
	p.do(insert("Sky"), chromedp.KeyEvent(kb.Enter+"and cake"+kb.Enter))
	p.awaitCount(3)
	const own = `[...document.querySelectorAll("#messages > .message.own .text")].map((e) => e.textContent).join() === "oolong,and cake"`
	p.await(own)
	p.do(chromedp.Reload())
	p.awaitConnected()
	p.await(own)
	p.openActions(s.Said("lobby")[1].ID)
	p.await(`document.querySelector(".actions .edit") !== null`)
	p.do(withoutScript, visit(eval[string](p, `location.href`)))
	if !eval[bool](p, own) {
		t.Error("without script the messages under the name before are somebody else's")
	}
}

// A name that became somebody else's since the browser has remembered it is not believed: the page says
// so at once, and offers another, with script and without.
func TestStaleName(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	openPage(t, s.URL, "Ann").say("mine")
	const said = `document.querySelector("#identity").open && document.querySelector("#user-name").value === "Ann 2" &&
		document.querySelector("#name-problem").textContent === "Ann belongs to somebody else. Ann 2 is free, and filled in here."`
	p := openPage(t, s.URL, "Ann")
	p.awaitCount(1)
	p.await(said + ` && document.querySelector(".message.own") === null && document.querySelector("#menu-name").textContent === ""`)
	p.do(chromedp.Focus(chromedp.CSS("#user-name")), chromedp.KeyEvent(kb.Enter+"hello"+kb.Enter))
	p.awaitCount(2)
	p.wantMessages("Ann: mine", "Ann 2: hello")

	plain := newPage(t, remembered("Ann", s.URL), withoutScript)
	plain.do(visit(s.URL))
	if !eval[bool](plain, strings.ReplaceAll(said, "Ann 2", "Ann 3")) {
		t.Errorf("without script the page shows %q", plain.body())
	}
}
