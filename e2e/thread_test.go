package e2e

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// answer says something that answers a message, and returns its id.
func (s *server) answer(room, name, text, to string) string {
	s.t.Helper()
	s.stranger(name).must(http.StatusCreated, http.MethodPost, "/rooms/"+room+"/messages", map[string]string{"message": text, "reply_to": to})
	return s.newest(room)
}

// What is written on the page of a thread answers the message with which that begins; and what others
// write in the thread and do to its messages shows there, and nothing else of the room.
func TestThreadIsLive(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann, ben := openPage(t, s.Room("tea"), "Ann"), openPage(t, s.Room("tea"), "Ben")
	ann.say("which tea?")
	ann.awaitCount(1)
	root := s.newest("tea")
	oolong := s.answer("tea", "Ben", "oolong", root)
	s.awaitViews()
	ann.do(chromedp.Navigate(s.Room("tea") + "?thread=" + oolong))
	ann.awaitShown("Ann: which tea?", "Ben: oolong")

	ann.say("with milk")
	ben.awaitShown("Ann: which tea?", "(Ann which tea?) Ben: oolong", "(Ann which tea?) Ann: with milk")
	s.Post("tea", "Cem", "something else")
	ben.awaitCount(4)
	second := s.answer("tea", "Cem", "or lemon", s.Said("tea")[2].ID)
	s.answer("tea", "Cem", "or sugar", second)
	ann.awaitShown("Ann: which tea?", "Ben: oolong", "Ann: with milk", "(Ann with milk) Cem: or lemon", "(Cem or lemon) Cem: or sugar")

	ann.openActions(oolong)
	ann.click(message(oolong) + " .reply")
	ann.say("good")
	ben.awaitText("good")
	ben.openActions(oolong)
	ben.click(message(oolong) + ` .react[value="👍"]`)
	ann.awaitShown("Ann: which tea?", "Ben: oolong 👍1 Ben", "Ann: with milk", "(Ann with milk) Cem: or lemon", "(Cem or lemon) Cem: or sugar", "(Ben oolong) Ann: good")
	ann.await(`document.querySelectorAll("#outbox > *").length === 0`)
	ann.wantAsFresh(s.Room("tea")+"?thread="+root, "Ann")

	ann.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent(kb.ArrowUp))
	ann.await(`document.activeElement.closest(".editor") !== null`)
	ann.do(chromedp.KeyEvent("!" + kb.Enter))
	ann.awaitText("good!")
	ann.openActions(root)
	ann.click(message(root) + " .delete")
	ann.click(message(root) + " .delete.sure")
	ann.await(`document.querySelector(".deleted") !== null`)
	ann.say("after all") // it answers what is left of the thread
	ann.awaitText("after all")
	ben.await(`[...document.querySelectorAll(".message .quote")].at(-1).textContent === "Ben oolong"`)
}

// The reader comes back to where they were in the room, by each way that there is.
func TestBackFromThread(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("tea", "Ann", 100)
	root := s.Said("tea")[20].ID
	s.answer("tea", "Ben", "I remember", root)
	s.PostMany("tea", "Ann", 100)
	s.awaitViews()
	p := openPage(t, s.Room("tea"), "Ann")
	p.await(atBottom)
	for _, back := range []step{
		chromedp.KeyEvent(kb.Escape),
		chromedp.Click(chromedp.CSS("#back")),
		chromedp.NavigateBack(),
	} {
		p.goTo(root)
		was := p.place()
		p.do(chromedp.Click(chromedp.CSS(message(root) + " .replies")))
		p.awaitStill(`document.body?.dataset.thread === ` + quote(root))
		p.awaitConnected()
		p.do(chromedp.KeyEvent("x"+kb.Escape), chromedp.KeyEvent(kb.Backspace)) // nobody is led away from what they write
		p.await(`document.body?.dataset.thread === ` + quote(root) + ` && document.querySelector("#message").value === ""`)
		p.do(back)
		p.awaitStill(`document.body && !document.body.dataset.thread && document.getElementById(` + quote(was.ID) + `) !== null`)
		p.awaitConnected()
		p.wantStill(was)
	}
}

// Without script a form writes in the thread, and all that is done there leads back to it.
func TestThreadWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Ann", "which tea?")
	root := s.newest("tea")
	s.answer("tea", "Ben", "oolong", root)
	s.awaitViews()
	p := newPage(t, withoutScript)
	p.do(visit(s.Room("tea")+"?thread="+root), chromedp.SendKeys(chromedp.CSS("#user-name"), "Plain"), chromedp.SendKeys(chromedp.CSS("#message"), "with milk"))
	p.follow("#send")
	p.awaitShown("Ann: which tea?", "Ben: oolong", "Plain: with milk")
	p.follow("#messages > .message:last-child .act")
	p.follow(`.react[value="👍"]`)
	p.awaitShown("Ann: which tea?", "Ben: oolong", "Plain: with milk 👍1 mine Plain")
	p.follow("#messages > .message:last-child .act")
	p.follow(".action.reply")
	p.do(chromedp.SendKeys(chromedp.CSS("#message"), "and honey"))
	p.follow("#send")
	p.awaitShown("Ann: which tea?", "Ben: oolong", "Plain: with milk 👍1 mine Plain", "(Plain with milk) Plain: and honey")
	p.follow("#back")
	if eval[bool](p, `"thread" in document.body.dataset`) {
		t.Error("the link leads to no room")
	}
}
