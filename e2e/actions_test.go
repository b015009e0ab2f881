package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// awaitActs waits until this was done, and nothing else.
func (s *stage) awaitActs(p *page, want ...string) {
	s.t.Helper()
	for len(s.acts()) < len(want) {
		p.await(`true`)
		p.stillTime()
	}
	if got := s.acts(); !slices.Equal(got, want) {
		s.t.Errorf("was done:\n%q\nwant\n%q", got, want)
	}
}

func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// openActions opens the row of a message by its button.
func (p *page) openActions(id string) {
	p.t.Helper()
	p.click(message(id) + " .act")
	p.await(`document.querySelector("` + message(id) + ` .actions") !== null`)
}

func message(id string) string { return `[id='m-` + id + `']` }

func TestActionsByPointer(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong")
	p := openPage(t, s.url, "Ann")
	own, other := s.id(1), s.id(2)

	p.openActions(other)
	if eval[bool](p, `document.querySelector(".actions .edit, .actions .delete") !== null`) {
		t.Error("another's message can be edited or deleted")
	}
	p.click(message(other) + ` .react[value="🎉"]`)
	p.await(`document.querySelector(".actions") === null`)
	s.happens("reaction", "Ann", members{"target": other, "emoji": "🎉"})
	p.awaitShown("Ann: which tea?", "Ben: oolong 🎉1 mine Ann")
	p.click(message(other) + ` .chip`)
	want := []string{
		"PUT /" + other + "/reactions/🎉?user_name=Ann",
		"DELETE /" + other + "/reactions/🎉?user_name=Ann",
	}
	s.awaitActs(p, want...)

	p.openActions(own)
	p.click(message(own) + " .pin")
	p.await(`document.querySelector(".actions") === null`)
	s.happens("pin", "Ann", members{"target": own})
	p.await(`document.querySelector(".pinned .marks") !== null`)
	p.openActions(own)
	p.click(message(own) + " .pin")
	p.await(`document.querySelector(".actions") === null`)
	p.openActions(own)
	p.click(message(own) + " .delete")
	p.click(message(own) + " .delete.sure")
	want = append(want, "PUT /"+own+"/pin?user_name=Ann", "DELETE /"+own+"/pin?user_name=Ann", "DELETE /"+own+"?user_name=Ann")
	s.awaitActs(p, want...)
}

func TestEditInPlace(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong")
	p := openPage(t, s.url, "Ann")
	own := s.id(1)
	p.openActions(own)
	p.click(message(own) + " .edit")
	p.await(`document.activeElement.value === "which tea?"`)
	p.do(chromedp.KeyEvent(kb.End + " Now?"))
	s.happens("reaction", "Ben", members{"target": own, "emoji": "👍"}) // what is typed stays
	p.awaitShown("Ann: which tea? 👍1 Ben", "Ben: oolong")
	p.do(chromedp.KeyEvent(kb.Enter))
	s.awaitActs(p, `PATCH /`+own+`?user_name=Ann {"message":"which tea? Now?"}`)
	p.await(`document.querySelector(".editor") === null && document.activeElement.id === "message"`)

	// The last message of one's own is at hand in an empty field; Escape leaves it as it is.
	p.do(chromedp.KeyEvent(kb.ArrowUp))
	p.await(`document.activeElement.closest(".editor") !== null`)
	p.do(chromedp.KeyEvent("never" + kb.Escape))
	p.await(`document.querySelector(".editor") === null && document.activeElement.id === "message"`)
	p.await(`document.querySelector(".text").textContent === "which tea?"`)
}

// What cannot be done says why, and keeps what was typed.
func TestActionRefused(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?")
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		problemOf(w, http.StatusForbidden, "Only its author may edit a message.")
	}
	p := openPage(t, s.url, "Ann")
	p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent(kb.ArrowUp))
	p.await(`document.activeElement.closest(".editor") !== null`)
	p.do(chromedp.KeyEvent("x" + kb.Enter))
	p.await(`document.querySelector(".message-problem[role=alert]")?.textContent === "Only its author may edit a message."`)
	if got := eval[string](p, `document.querySelector(".editor textarea").value`); !strings.Contains(got, "x") {
		t.Errorf("the editor holds %q", got)
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong\nof course")
	p := openPage(t, s.url, "Ann")
	p.openActions(s.id(2))
	p.click(message(s.id(2)) + " .reply")
	p.await(`document.activeElement.id === "message" && document.querySelector("#replying").innerText.startsWith("Reply to Ben oolong")`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(`document.querySelector("#replying").hidden`)
	p.openActions(s.id(2))
	p.click(message(s.id(2)) + " .reply")
	p.say("with milk")
	p.await(`document.querySelector("#replying").hidden && document.querySelector("#outbox .quote")?.textContent === "Ben oolong"`)
	for len(s.acts()) == 0 {
		p.await(`true`)
		p.stillTime()
	}
	if got := s.acts()[0]; !strings.HasPrefix(got, "POST ") || !strings.Contains(got, `"reply_to":"`+s.id(2)+`"`) {
		t.Errorf("was sent: %s", got)
	}
}

// The list is one stop of Tab; the arrow keys lead from message to message.
func TestActionsByKeyboard(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong", "Ann: fine")
	p := openPage(t, s.url, "Ann")
	at := func(seq int) string {
		return `document.activeElement === document.querySelector("` + message(s.id(seq)) + ` .act")`
	}
	p.do(chromedp.Focus(chromedp.CSS("#viewport")), chromedp.KeyEvent(kb.ArrowUp))
	p.await(at(3))
	p.do(chromedp.KeyEvent(kb.ArrowUp))
	p.await(at(2))
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`document.activeElement.matches(".actions .react")`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(at(2) + ` && document.querySelector(".actions") === null`)
	p.do(chromedp.KeyEvent(kb.ArrowDown))
	p.await(at(3))
	p.do(chromedp.KeyEvent(" "))
	p.await(`document.activeElement.matches(".actions .react")`)
	if got := s.acts(); len(got) > 0 {
		t.Errorf("was done: %q", got)
	}
}

// With a modifier a link of the actions is the browser's, to be opened in a new tab, and leads to what it
// says there: at a message that came later, and at one that is no longer among the newest.
func TestActionsInANewTab(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.say("which tea?")
	p.awaitCount(1)
	id := s.Said("lobby")[0].ID
	p.openActions(id)
	eval[bool](p, `(addEventListener("click", (event) => {
		document.body.dataset.left = !event.defaultPrevented;
		event.preventDefault();
	}), true)`)
	addresses := make(map[string]string)
	for _, link := range []string{".act", ".actions .reply", ".actions .edit"} {
		addresses[link] = eval[string](p, `(() => {
			const link = document.querySelector("`+message(id)+` `+link+`");
			link.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true, cancelable: true }));
			return document.body.dataset.left === "true" ? link.href : "not left to the browser";
		})()`)
	}
	if !eval[bool](p, `document.querySelector(".actions") !== null && document.querySelector(".editor") === null`) {
		t.Error("the page acted too")
	}
	s.PostMany("lobby", "Ben", 120)
	for link, shows := range map[string]string{
		".act":            `document.querySelector("` + message(id) + ` .actions .react") !== null`,
		".actions .edit":  `document.querySelector("` + message(id) + ` .editor textarea")?.value === "which tea?"`,
		".actions .reply": `document.querySelector("#replying:not([hidden])")?.innerText.includes("which tea?")`,
	} {
		p.another(addresses[link]).await(shows)
	}
}
