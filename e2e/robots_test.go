package e2e

import (
	"net/http"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	announced  = `document.querySelector("#announcer").textContent`
	lastMarks  = `document.querySelector("#messages > .message:last-child .marks")?.innerText`
	lastStatus = `document.querySelector("#messages > .message:last-child").dataset.status`
)

// tells puts a message under the key "k" with a status, as a query, and some text.
func (p *person) tells(status, text string) {
	p.t.Helper()
	p.must(http.StatusOK, http.MethodPut, "/messages/by-key/k?"+status, map[string]string{"message": text})
}

// An incident is one message. It is announced when it begins anew, is not unread again, and its earlier
// versions are there when they are asked for.
func TestIncident(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	robot := s.script("alertmanager")
	p := openPage(t, s.Room("tea"), "Ann", inTheBack)
	robot.must(http.StatusCreated, http.MethodPut, "/messages/by-key/k?state=firing", map[string]string{"message": "**Disk** is full"})
	p.await(announced + ` === "alertmanager: **Disk** is full" && document.title.startsWith("(1)")`)
	p.await(`document.querySelector(".message.robot .robot-mark")?.textContent === "bot"`)
	robot.tells("state=firing", "**Disk** is fuller")
	p.await(lastMarks + `?.replace(/\s+/g, " ") === "Firing 1 earlier version"`)
	eval[any](p, `document.querySelector("#announcer").textContent = ""`)
	robot.tells("state=resolved", "**Disk** is empty")
	p.await(lastStatus + ` === "resolved"`)
	if got := eval[string](p, announced); got != "" || eval[string](p, `document.title.slice(0, 3)`) != "(1)" {
		t.Errorf("that it is over is announced as %q, and as %q", got, eval[string](p, `document.title`))
	}
	robot.tells("state=firing", "**Disk** is full again")
	p.await(announced + ` === "alertmanager: Disk is full again. Firing"`)
	p.click(".versions")
	p.await(`[...document.querySelectorAll(".version .text")].map((e) => e.innerText).join() === "Disk is full,Disk is fuller,Disk is empty"`)
	p.click(".versions")
	p.await(`!document.querySelector(".version") && document.querySelector(".versions")?.ariaExpanded === "false"`)
}

// A message that grows keeps the elements that it has, is silent until it ends, and keeps the reader at the
// bottom of the page.
func TestGrowth(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	robot := s.script("ci")
	s.PostMany("tea", "Ben", 40)
	p := openPage(t, s.Room("tea"), "Ann")
	robot.must(http.StatusCreated, http.MethodPut, "/messages/by-key/k?state=running", map[string]string{"message": output("make test", 2)})
	p.await(lastStatus + ` === "running"`)
	eval[any](p, `(() => {
		document.querySelector("#announcer").textContent = "";
		window.grown = document.querySelector("#messages > .message:last-child pre code").firstChild;
		window.sign = document.querySelector("#messages > .message:last-child .status");
		window.changed = [];
		new MutationObserver((all) => window.changed.push(...all.filter(({ target }) => target.nodeType === Node.ELEMENT_NODE && target.closest(".text"))))
			.observe(document.querySelector("#messages"), { childList: true, subtree: true });
	})()`)
	for lines := 3; lines < 60; lines += 14 {
		robot.tells("state=running", output("make test", lines))
	}
	p.await(`document.querySelector("#messages > .message:last-child pre").textContent.includes("shelf45") && document.querySelector("#messages > .message:last-child .fold") !== null`)
	if !eval[bool](p, `window.grown.isConnected && window.sign.isConnected && window.changed.length === 0`) {
		t.Error("its elements are made anew as it grows")
	}
	if got := eval[string](p, announced); got != "" {
		t.Errorf("its growth is announced: %q", got)
	}
	p.await(`document.querySelector("#viewport").scrollTop === 0`)
	const endShown = `(() => {
		const text = document.querySelector("#messages > .message:last-child .text");
		const [title, pre] = text.children;
		const code = pre.firstElementChild.getBoundingClientRect();
		const box = text.getBoundingClientRect();
		return title.getBoundingClientRect().top >= box.top && Math.abs(code.bottom - box.bottom) < 12;
	})()`
	if !eval[bool](p, endShown) {
		t.Error("what is folded does not show its title and its end")
	}
	robot.tells("state=ended&exit=2&ms=93000", output("make test", 60))
	p.await(announced + ` === "ci: make test. Ended with 2 after 1 min 33 s"`)
	p.await(lastStatus + ` === "failed" && ` + lastMarks + ` === "Ended with 2 after 1 min 33 s"`)
}

// The page tells durations as the server does.
func TestDurations(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("../locale/testdata/durations.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), `(async () => {
		const { partsOf } = await import("/js/model/duration.js");
		const told = (ms) => partsOf(Number(ms)).map((part) => part.join(" ")).join(" ");
		return Object.entries(`+string(fixtures)+`).filter(([ms, want]) => told(ms) !== want).map(([ms]) => ms + ": " + told(ms));
	})()`)
	if len(wrong) > 0 {
		t.Errorf("told otherwise: %q", wrong)
	}
}

// asks puts a question, and returns its id.
func (p *person) asks(question members) string {
	p.t.Helper()
	p.must(http.StatusCreated, http.MethodPost, "/asks", question)
	return p.server.newest("tea")
}

// A question is announced with its choices, and answered by a button or by the command. The first answer is
// told in a line; who is not asked cannot press.
func TestQuestion(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	robot, ann := s.script("ci"), s.guest("Ann")
	p := ann.openPage(s.Room("tea"))
	p.awaitConnected()
	p.say("hello")
	p.awaitText("hello")
	first := robot.asks(members{"message": "Deploy 1742?", "choices": []string{"yes", "no"}, "wait": "10m", "default": "no"})
	p.await(announced + `.includes("Answers: yes, no")`)
	p.await(`document.querySelector(".ask-note")?.innerText.replace(/\s+/g, " ") === "10 min left If nobody answers: no"`)
	p.do(chromedp.Focus(chromedp.CSS(message(first)+" .choice")), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector(".ask-outcome > span")?.textContent === "Ann answered: yes" && !document.querySelector(".choice")`)
	if !eval[bool](p, `document.activeElement.matches(".act")`) {
		t.Error("the focus is lost with the button")
	}

	robot.asks(members{"message": "Wipe it?", "choices": []string{"wipe", "keep"}, "from": []string{"Ben"}})
	p.await(`document.querySelectorAll(".choice:disabled").length === 2 && document.querySelector(".ask-from")?.textContent === "Only Ben can answer."`)
	robot.asks(members{"message": "And 1743?", "choices": []string{"yes", "no"}})
	p.await(`document.querySelectorAll(".choice:not(:disabled)").length === 2`)
	p.say("/answer maybe")
	p.awaitNotice("That is none of the choices. Write one of these after /answer: yes, no")
	p.do(chromedp.Focus(chromedp.CSS("#message")))
	eval[any](p, `document.querySelector("#message").select()`)
	p.say("/answer NO")
	p.await(`[...document.querySelectorAll(".ask-outcome > span")].at(-1)?.textContent === "Ann answered: no"`)
}

// Of a poll everybody sees the counts, and their own choice, which they can change.
func TestPoll(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := s.guest("Ann").openPage(s.Room("tea"))
	p.awaitConnected()
	id := s.script("ci").asks(members{"message": "Which tea?", "choices": []string{"oolong", "홍차"}, "poll": true})
	s.guest("Ben").must(http.StatusOK, http.MethodPost, "/asks/"+id+"/answer", map[string]string{"choice": "홍차"})
	const counts = `[...document.querySelectorAll(".choice")].map((e) => e.querySelector(".choice-count").textContent + e.ariaPressed + e.querySelector("meter").value).join()`
	p.await(counts + ` === "0false0,1false1"`)
	p.click(message(id) + " .choice:first-child")
	p.await(counts + ` === "1true1,1false1"`)
	p.click(message(id) + " .choice:last-child")
	p.await(counts + ` === "0false0,2true2"`)
}

// What the server refuses is said at the question, in its words.
func TestRefusedAnswer(t *testing.T) {
	t.Parallel()
	s := startStage(t, "ci: Deploy?")
	p := openPage(t, s.url, "Ann")
	s.happens("ask", "ci", members{"target": s.id(1), "choices": []string{"yes", "no"}, "from": []string{}})
	p.click(message(s.id(1)) + " .choice")
	p.await(`document.querySelector(".message-problem")?.textContent.startsWith("The message asks nothing")`)
	p.await(`!document.querySelector(".choice.pending")`)
}

// Without script the buttons of a question are those of a form, and lead back to it.
func TestAnswerWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann := s.guest("Ann")
	id := s.script("ci").asks(members{"message": "Deploy 1742?", "choices": []string{"yes", "no"}})
	p := ann.openPage(s.Room("tea")+"?message="+id, withoutScript)
	p.follow(message(id) + " .choice:last-child")
	p.awaitStill(`location.hash === "#m-` + id + `" && document.querySelector("` + message(id) + ` .ask-outcome > span")?.textContent === "Ann answered: no"`)
}
