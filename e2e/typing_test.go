package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// compose shows a syllable as an input method does that is still at work on it.
func compose(text string) step {
	return command(input.ImeSetComposition, input.ImeSetCompositionParams{
		Text: text, SelectionStart: 1, SelectionEnd: 1,
	})
}

// insert types a text as an input method does when it is done with it: at once, and
// in the place of what it was composing.
func insert(text string) step {
	return command(input.InsertText, input.InsertTextParams{Text: text})
}

// composingEnter is the Enter key while an input method has it (key code 229).
var composingEnter = command(input.DispatchKeyEvent, input.DispatchKeyEventParams{
	Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 229,
})

func TestHangul(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "민준")
	p.do(
		chromedp.Focus(chromedp.CSS("#message")),
		compose("ㅎ"), compose("하"), compose("한"),
		composingEnter, // must not send
	)
	if got := p.draft(); got != "한" {
		t.Errorf("while composing the field holds %q", got)
	}
	p.do(insert("한"), compose("ㄱ"), compose("그"), compose("글"), insert("글"), chromedp.KeyEvent(kb.Enter))
	p.awaitCount(1)
	p.wantMessages("민준: 한글")
	if got := p.draft(); got != "" {
		t.Errorf("after sending the field holds %q", got)
	}
	p.say("ok") // whatever was sent before by mistake is there by now
	p.awaitText("ok")
	p.wantMessages("민준: 한글", "민준: ok")
}

// The button may be pressed while the last syllable is still being composed, as
// Korean keyboards on phones always do.
func TestHangulWithTheButton(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "민준")
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert("안"), compose("ㄴ"), compose("녀"), compose("녕"),
		chromedp.Click(chromedp.CSS("#send")))
	p.awaitCount(1)
	p.wantMessages("민준: 안녕")
	if got := p.draft(); got != "" {
		t.Errorf("after sending the field holds %q", got)
	}
}

// Browsers differ in when they end a composition; their sequences of events are
// played here, since only Chromium is at hand.
func TestEnterAtTheEndOfAComposition(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
	const play = `(keyCode) => {
		const field = document.querySelector("#message");
		field.value = "한";
		const fire = (type, init) => field.dispatchEvent(new type(...init));
		fire(CompositionEvent, ["compositionstart", { bubbles: true }]);
		fire(CompositionEvent, ["compositionend", { bubbles: true, data: "한" }]);
		fire(KeyboardEvent, ["keydown", { key: "Enter", keyCode, bubbles: true, cancelable: true }]);
		return field.value;
	}`
	for _, c := range []struct {
		browser string
		keyCode string
		left    string
	}{
		{"Safari, whose Enter after the end belongs to the input method", "229", "한"},
		{"Chrome on macOS, whose second Enter is the person's", "13", ""},
	} {
		if got := eval[string](p, "("+play+")("+c.keyCode+")"); got != c.left {
			t.Errorf("%s: the field holds %q, want %q", c.browser, got, c.left)
		}
	}
	p.awaitCount(1)
	p.wantMessages("Ann: 한")
}

func TestShiftEnterBreaksTheLine(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
	p.do(
		chromedp.Focus(chromedp.CSS("#message")),
		chromedp.KeyEvent("one"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)),
		chromedp.KeyEvent("two"+kb.Enter),
	)
	p.awaitCount(1)
	p.wantMessages("Ann: one\ntwo")
}

func TestSoftKeyboard(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "Ann", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	p.say("one") // with Enter
	p.do(chromedp.KeyEvent("two"), chromedp.Click(chromedp.CSS("#send")))
	p.awaitCount(1)
	p.wantMessages("Ann: one\ntwo")
	if got := eval[string](p, `document.activeElement.id`); got != "message" {
		t.Errorf("the focus went to %q, and the keyboard with it", got)
	}
}

func TestTooLong(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert(strings.Repeat("가", 8001)), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#counter").textContent === "Too long by 1"`)
	if got := len([]rune(p.draft())); got != 8001 {
		t.Errorf("the field holds %d characters, want all 8001", got)
	}
	p.do(chromedp.KeyEvent(kb.Backspace + kb.Enter))
	p.awaitCount(1)
}

func TestDraftSurvivesAReload(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.room("a"), "Ann")
	p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent("half a thou"), chromedp.Reload())
	p.awaitConnected()
	if got := p.draft(); got != "half a thou" {
		t.Errorf("the draft is %q", got)
	}
	p.do(chromedp.Navigate(s.room("b")))
	p.awaitConnected()
	if got := p.draft(); got != "" {
		t.Errorf("another room shows the draft %q", got)
	}
}
