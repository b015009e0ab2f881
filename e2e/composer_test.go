package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// write types into the message field, and does not send.
func (p *page) write(text string) {
	p.t.Helper()
	p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent(text))
}

// awaitDraft waits until the message field holds a text.
func (p *page) awaitDraft(text string) {
	p.t.Helper()
	p.await(`document.querySelector("#message").value === ` + quote(text))
}

// awaitNotice waits until the composer has something to say.
func (p *page) awaitNotice(text string) {
	p.t.Helper()
	p.await(`document.querySelector("#notice").textContent === ` + quote(text))
}

func TestDraftSurvivesItsTab(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	first := openPage(t, s.Room("quiet"), "Ann")
	second := first.another(s.Room("a"))
	second.write("half a thou")
	second.close()
	third := first.another(s.Room("a"))
	third.awaitDraft("half a thou")
	// It is the third's now: a fourth has its own.
	fourth := first.another(s.Room("a"))
	fourth.write("x")
	third.say("ght")
	third.awaitText("half a thought")
	fourth.do(chromedp.Reload())
	fourth.awaitConnected()
	fourth.awaitDraft("x")
	third.do(chromedp.Reload())
	third.awaitConnected()
	third.awaitDraft("")
}

// Each of two tabs of one room keeps what is written in it, and sends that alone.
func TestDraftsOfTwoTabs(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	first := openPage(t, s.URL, "Ann")
	first.write("one")
	second := first.another(s.URL)
	second.write("two")
	first.write(" and more")
	for p, want := range map[*page]string{first: "one and more", second: "two"} {
		p.do(chromedp.Reload())
		p.awaitConnected()
		p.awaitDraft(want)
	}
	second.do(chromedp.KeyEvent(kb.Enter))
	first.awaitText("two")
	first.do(chromedp.Reload())
	first.awaitConnected()
	first.awaitDraft("one and more")
}

const sendDisabled = `document.querySelector("#send").getAttribute("aria-disabled") === "true"`

// The button says by its looks, and to a screen reader, whether there is something to send; and it
// can be reached all the same.
func TestSendIsDisabled(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.await(sendDisabled)
	quiet := eval[string](p, `getComputedStyle(document.querySelector("#send")).backgroundColor`)
	p.write("x")
	p.await("!(" + sendDisabled + ")")
	if got := eval[string](p, `getComputedStyle(document.querySelector("#send")).backgroundColor`); got == quiet {
		t.Errorf("the button looks the same with and without something to send: %s", got)
	}
	p.do(chromedp.KeyEvent(kb.Backspace), insert(" \u200b\n "))
	p.await(sendDisabled)
	p.do(chromedp.Click(chromedp.CSS("#send")))
	p.do(insert(strings.Repeat("가", 8000)))
	p.await(sendDisabled + ` && document.querySelector(".too-long") !== null`)
	colours := eval[[]string](p, `[[".composer-row", "borderTopColor"], ["#counter", "color"], ["#send", "color"]].map(([selector, property]) =>
		getComputedStyle(document.querySelector(selector))[property])`)
	if colours[0] != colours[1] || colours[1] != colours[2] {
		t.Errorf("what is wrong has the colours %q", colours)
	}
	if got := s.History("lobby"); len(got) > 0 {
		t.Errorf("was sent: %.100q", got)
	}
}

// What is pasted stays as it is, however long: as text, in its lines.
func TestPaste(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	code := "func main() {\n\tprintln(\"<b>\")\n}"
	paste := func(text string) {
		p.do(chromedp.Focus(chromedp.CSS("#message")))
		eval[any](p, fmt.Sprintf(`(() => {
			const data = new DataTransfer();
			data.setData("text/plain", %s);
			data.setData("text/html", "<b>bold</b>");
			const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
			if (document.activeElement.dispatchEvent(event)) document.execCommand("insertText", false, data.getData("text/plain"));
		})(), 0`, quote(text)))
	}
	paste(code)
	p.awaitDraft(code)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.awaitCount(1)
	if got := s.History("lobby"); len(got) != 1 || got[0] != "Ann: "+code {
		t.Errorf("was sent: %q", got)
	}
	paste(strings.Repeat("line\n", 1700))
	p.await(`document.querySelector("#counter").textContent === "Too long by 500"`)
	p.do(chromedp.KeyEvent(kb.Enter), chromedp.Reload())
	p.awaitConnected()
	p.await(`document.querySelector("#message").value.length === 8500 && document.querySelector("#counter").textContent === "Too long by 500"`)
}

func TestCommands(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.say("/me waves at @Ben")
	p.awaitCount(1)
	p.say("/topic 차, and <b>more</b>")
	p.await(`document.querySelector("#topic").textContent === "차, and <b>more</b>"`)
	p.awaitDraft("")
	p.say("/etc/hosts is a file") // a path
	p.awaitCount(2)
	p.say(" /word after a space")
	p.awaitCount(3)
	want := []string{"Ann: *waves at @Ben*", "Ann: /etc/hosts is a file", "Ann:  /word after a space"}
	if got := s.History("lobby"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("was sent:\n%q\nwant\n%q", got, want)
	}
}

// What is no command is asked about, and then sent as it is.
func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	notice := "There is no command /hlep. Send it once more to send it as text."
	p.say("/hlep me")
	p.awaitNotice(notice)
	p.awaitDraft("/hlep me")
	p.write("!")
	p.awaitNotice("")
	p.do(chromedp.KeyEvent(kb.Enter))
	p.awaitNotice(notice)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.awaitCount(1)
	p.awaitDraft("")
	p.say("/topic")
	p.awaitNotice("Write the topic after /topic. To take it away, empty its field in the menu.")
	p.write(" " + strings.Repeat("x", 251))
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#notice").textContent.includes("250")`)
	p.awaitDraft("/topic " + strings.Repeat("x", 251))
	if got := s.History("lobby"); len(got) != 1 || got[0] != "Ann: /hlep me!" {
		t.Errorf("was sent: %q", got)
	}
}

// The help is there by its command and in the menu, and leads back to where one was.
func TestHelp(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.say("/help")
	p.await(`document.querySelector("dialog.help[open]") !== null`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(`document.querySelector("dialog") === null && document.activeElement.id === "message"`)
	p.awaitDraft("")
	p.click("#menu > summary")
	p.click("#help")
	p.await(`document.querySelector("dialog.help[open]") !== null`)
	p.do(chromedp.KeyEvent(kb.Enter)) // the button to close it
	p.await(`document.querySelector("dialog") === null && document.activeElement.matches("#menu > summary")`)
	if got := s.History("lobby"); len(got) > 0 {
		t.Errorf("was sent: %q", got)
	}
}

// The field names its room, however long the name is, and is one line high while it is empty.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	room := strings.Repeat("가나다라", 16)
	p := openPage(t, s.Room(room), "Ann", chromedp.EmulateViewport(390, 844))
	if got := eval[string](p, `document.querySelector("#message").placeholder`); got != "Message #"+room {
		t.Errorf("the placeholder is %q", got)
	}
	height := `document.querySelector("#message").offsetHeight`
	empty := eval[int](p, height)
	p.write("x")
	if got := eval[int](p, height); got != empty {
		t.Errorf("the empty field is %d pixels high, and with a letter %d", empty, got)
	}
	p.do(insert(strings.Repeat("\nline", 3)))
	if got := eval[int](p, height); got <= empty {
		t.Errorf("with four lines the field is %d pixels high", got)
	}
}

// A draft is kept with the message that it answers; if that was deleted meanwhile, it is told.
func TestDraftKeepsWhatItAnswers(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	noor := s.guest("Noor")
	for _, text := range []string{"which tea?", "never mind"} {
		noor.does(http.MethodPost, "/messages", map[string]string{"message": text})
	}
	said := s.Said("tea")
	p := openPage(t, s.Room("tea"), "Ann")
	reply := func(id, text string) {
		t.Helper()
		p.openActions(id)
		p.click(message(id) + " .reply")
		p.write(text)
	}
	const answers = `document.querySelector("#replying:not([hidden]) .quote-text")?.textContent ?? ""`
	reply(said[0].ID, "oolong")
	other := p.another(s.Room("tea"))
	other.write("not an answer")
	p.do(chromedp.Reload())
	p.awaitConnected()
	p.awaitDraft("oolong")
	p.await(answers + ` === "which tea?"`)
	if got := eval[string](other, answers); got != "" {
		t.Errorf("another tab answers %q", got)
	}
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#messages li:last-child .quote-text")?.textContent === "which tea?"`)

	reply(said[1].ID, "why not")
	p.do(chromedp.Navigate("about:blank"))
	noor.does(http.MethodDelete, "/messages/"+said[1].ID, nil)
	p.do(chromedp.Navigate(s.Room("tea")))
	p.awaitConnected()
	p.awaitDraft("why not")
	p.await(`document.querySelector("#notice").textContent.startsWith("The message that you were answering was deleted")`)
	if got := eval[string](p, answers); got != "" {
		t.Errorf("it still answers %q", got)
	}
}
