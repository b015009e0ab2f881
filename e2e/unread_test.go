package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// inTheBack has a page take itself for one that nobody looks at.
var inTheBack = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
	Source: `document.hasFocus = () => false;`,
})

// newest is the id of a room's last message.
func (s *server) newest(room string) string {
	s.t.Helper()
	var page struct{ Messages []struct{ ID string } }
	if err := json.Unmarshal([]byte(s.get("/rooms/"+room+"/messages?limit=1", "application/json")), &page); err != nil {
		s.t.Fatal(err)
	}
	return page.Messages[0].ID
}

// must makes a request that has to succeed with a status.
func (p *person) must(status int, method, at string, body any) {
	p.t.Helper()
	if got, answer := p.do(method, at, body); got != status {
		p.t.Fatalf("%s %s: %d\n%s", method, at, got, answer)
	}
}

// What comes while nobody looks is told by the title and the icon, and stands below a line.
func TestUnread(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "seen")
	p := openPage(t, s.URL, "Ann")
	eval[bool](p, `(document.hasFocus = () => false, dispatchEvent(new Event("blur")))`)
	s.Post("lobby", "Bob", "one")
	s.Post("lobby", "Bob", "two")
	p.await(`document.title.startsWith("(2) ")`)
	if got := eval[string](p, `document.querySelector(".unread-line").nextElementSibling.querySelector(".text").textContent`); got != "one" {
		t.Errorf("the line stands before %q", got)
	}
	if !eval[bool](p, `document.querySelector("link[rel=icon]").href.includes("unread")`) {
		t.Error("the icon tells nothing")
	}
	eval[bool](p, `(document.hasFocus = () => true, dispatchEvent(new Event("focus")))`)
	p.await(`!document.title.startsWith("(")`)
	p.await(`document.querySelector(".unread-line") !== null`)
	p.say("I see")
	p.await(`document.querySelector(".unread-line") === null`)
}

// Who comes back, on any device, finds the line where they had stopped reading; what is read on
// one page is read on the others.
func TestReadElsewhere(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann := s.guest("Ann")
	s.Post("tea", "Bob", "seen")
	seen := s.newest("tea")
	ann.must(http.StatusCreated, http.MethodPost, "/messages", map[string]string{"message": "mine"})
	ann.must(http.StatusOK, http.MethodPut, "/read", map[string]string{"id": seen})
	s.Post("tea", "Bob", "new")
	p := ann.openPage(s.Room("tea"), inTheBack)
	p.awaitConnected()
	if got := eval[string](p, `document.querySelector(".unread-line").nextElementSibling.querySelector(".text").textContent`); got != "new" {
		t.Errorf("the line stands before %q", got)
	}
	p.await(`document.title.startsWith("(1) ")`)
	ann.must(http.StatusOK, http.MethodPut, "/read", map[string]string{"id": s.newest("tea")})
	p.await(`!document.title.startsWith("(")`)
}

// The last message of one's own tells that the server has it, and then who has seen it.
func TestReceipt(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	bob := s.guest("Bob")
	bob.must(http.StatusCreated, http.MethodPost, "/messages", map[string]string{"message": "hello"})
	p := openPage(t, s.Room("tea"), "Ann")
	p.say("one")
	p.say("two")
	p.awaitCount(3)
	p.await(`document.querySelector("#messages > :last-child .receipt")?.textContent === "Received"`)
	bob.must(http.StatusOK, http.MethodPut, "/read", map[string]string{"id": s.newest("tea")})
	p.await(`document.querySelector("#messages > :last-child .receipt").textContent === "Seen by Bob"`)
	if got := eval[int](p, `document.querySelectorAll(".receipt").length`); got != 1 {
		t.Errorf("%d messages have a receipt", got)
	}
	p.do(chromedp.Reload())
	p.await(`document.querySelector("#messages > :last-child .receipt")?.textContent === "Seen by Bob"`)
}
