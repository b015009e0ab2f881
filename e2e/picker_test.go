package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What the tests of the picker look at.
const (
	pickerOpen = `document.querySelector(".picker[open]") !== null`
	pickerGone = `document.querySelector(".picker") === null`
	inField    = `document.activeElement.matches(".picker input")`
	atEmoji    = `document.activeElement.matches(".picker [role=gridcell]") && document.activeElement.textContent`
	firstEmoji = `document.querySelector(".picker [role=gridcell]")?.textContent`
)

// Any emoji can be a reaction: found by a name in English or Korean, or among all. What was chosen last
// comes first the next time.
func TestPickEmoji(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ben: which tea?")
	p := openPage(t, s.url, "Ann")
	id := s.id(1)
	open := func() {
		p.openActions(id)
		p.click(message(id) + " .actions .more-emoji")
		p.await(pickerOpen + " && " + inField)
	}
	react := func(emoji string) string { return "PUT /" + id + "/reactions/" + emoji + "?user_name=Ann" }

	open()
	p.do(insert("녹차"))
	p.await(firstEmoji + ` === "🍵"`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(pickerGone)
	s.awaitActs(p, react("🍵"))
	p.await(`document.activeElement.matches(".act")`)

	open()
	p.await(firstEmoji + ` === "🍵"`)
	p.do(insert("rocket"))
	p.await(firstEmoji + ` === "🚀"`)
	p.click(".picker [role=gridcell]")
	s.awaitActs(p, react("🍵"), react("🚀"))

	open()
	p.do(insert("🇰🇷")) // the list need not have it
	p.await(firstEmoji + ` === "🇰🇷"`)
	p.do(chromedp.KeyEvent(kb.Enter))
	s.awaitActs(p, react("🍵"), react("🚀"), react("🇰🇷"))

	p.do(chromedp.Reload())
	p.awaitConnected()
	open()
	p.await(`[...document.querySelectorAll(".picker [role=gridcell]")].slice(0, 3).map((e) => e.textContent).join() === "🇰🇷,🚀,🍵"`)
	p.do(insert("nothing is called so"))
	p.await(firstEmoji + ` === undefined && document.querySelector(".picker [role=status]").textContent !== ""`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(pickerGone + ` && document.activeElement.matches(".actions .more-emoji")`)
}

// The grid is one stop of Tab; the arrow keys lead inside it, and typing leads out of it.
func TestPickEmojiByKeyboard(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ben: which tea?")
	p := openPage(t, s.url, "Ann")
	id := s.id(1)
	press := func(key, want string) {
		t.Helper()
		p.do(chromedp.KeyEvent(key))
		p.await(want)
	}
	p.openActions(id)
	p.do(chromedp.Focus(chromedp.CSS(".actions .more-emoji")))
	press(kb.Enter, inField)
	press(kb.ArrowDown, atEmoji+` === "😀"`)
	press(kb.ArrowRight, atEmoji+` === "😃"`)
	press(kb.ArrowDown, atEmoji+` === "🙃"`)
	press(kb.Home, atEmoji+` === "🙂"`)
	press(kb.ArrowLeft, atEmoji+` === "😂"`)
	press(kb.ArrowRight, atEmoji+` === "🙂"`)
	press(kb.End, atEmoji+` === "😍"`)
	press(kb.Tab, `!document.activeElement.matches("[role=gridcell]")`)
	p.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.await(atEmoji + ` === "😍"`)
	press("t", inField+` && document.activeElement.value === "t"`)
	press("ada", firstEmoji+` === "🎉"`)
	press(kb.ArrowDown, atEmoji+` === "🎉"`)
	press(kb.ArrowUp, inField)
	press(kb.ArrowDown, atEmoji+` === "🎉"`)
	press(" ", pickerGone)
	s.awaitActs(p, "PUT /"+id+"/reactions/🎉?user_name=Ann")
}

// The emoji are offered at the end of a message's reactions too. What the server refuses says why.
func TestPickEmojiAtReactions(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ben: which tea?")
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		problemOf(w, http.StatusConflict, "There are too many emoji.")
	}
	p := openPage(t, s.url, "Ann")
	id := s.id(1)
	s.happens("reaction", "Ben", members{"target": id, "emoji": "👍"})
	p.await(`document.querySelector(".reactions .more-emoji") !== null`)
	s.happens("reaction", "Ben", members{"target": id, "emoji": "🎉"})
	p.awaitShown("Ben: which tea? 👍1 Ben 🎉1 Ben")
	if !eval[bool](p, `document.querySelector(".reactions").lastElementChild.matches(".more-emoji[href$='`+id+`']")`) {
		t.Error("the button does not come after the reactions")
	}
	p.click(".reactions .more-emoji")
	p.await(pickerOpen + " && " + inField)
	p.do(insert("tea"), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector(".message-problem")?.textContent === "There are too many emoji."`)
	p.await(`document.activeElement.matches(".reactions .more-emoji")`)
	if got := strings.Join(s.acts(), "\n"); strings.Count(got, "\n") != 0 {
		t.Errorf("was done:\n%s", got)
	}
}

// Without script any emoji can be typed.
func TestAnyReactionWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Ben", "which tea?")
	id := s.Said("lobby")[0].ID
	p := newPage(t, remembered("Ann", s.URL), withoutScript)
	p.do(visit(s.URL+"/rooms/lobby?message="+id), chromedp.Focus(chromedp.CSS(".any-reaction input")), insert("🫖 "))
	p.follow(".any-reaction button")
	p.do(visit(s.URL + "/rooms/lobby?message=" + id))
	if got := eval[string](p, `document.querySelector(".chip-emoji")?.textContent ?? ""`); got != "🫖" {
		t.Errorf("the reaction is %q", got)
	}
}
