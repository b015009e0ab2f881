package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A room's topic is set by a plain form, without the script too; other pages show it at once, and
// what somebody is writing in the form meanwhile stays.
func TestTopicForm(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	watching, plain := newPage(t), newPage(t, withoutScript)
	watching.do(chromedp.Navigate(s.Room("lobby")), chromedp.WaitVisible(chromedp.CSS("#connection[data-state=open]")))
	setTopic(s, plain, "<b>차</b>")
	watching.await(`document.querySelector("#topic").textContent === "<b>차</b>"`)
	watching.await(`document.querySelector("#topic-field").value === "<b>차</b>"`)
	watching.do(
		chromedp.Click(chromedp.CSS("#menu > summary")),
		chromedp.Focus(chromedp.CSS("#topic-field")), insert("half "),
	)
	setTopic(s, plain, "Tea ")
	watching.await(`document.querySelector("#topic").textContent.includes("Tea ")`)
	watching.await(`document.querySelector("#topic-field").value.includes("half ")`)
}

// setTopic writes into the form of the lobby's topic, before what is there, and sends it.
func setTopic(s *server, p *page, text string) {
	p.do(
		chromedp.Navigate(s.Room("lobby")),
		chromedp.Click(chromedp.CSS("#menu > summary")),
		chromedp.WaitVisible(chromedp.CSS("#topic-field")),
		chromedp.Focus(chromedp.CSS("#topic-field")), insert(text),
		chromedp.Click(chromedp.CSS(".settings-form button")),
		chromedp.WaitVisible(chromedp.CSS("#topic")),
	)
}
