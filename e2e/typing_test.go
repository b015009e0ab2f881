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
	p := openPage(t, s.URL, "민준")
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
	p := openPage(t, s.URL, "민준")
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert("안"), compose("ㄴ"), compose("녀"), compose("녕"),
		chromedp.Click(chromedp.CSS("#send")))
	p.awaitCount(1)
	p.wantMessages("민준: 안녕")
	if got := p.draft(); got != "" {
		t.Errorf("after sending the field holds %q", got)
	}
}

// Browsers differ in when they end a composition with Enter; their sequences of events are played
// here, since only Chromium is at hand. 229 and 13 are the key codes of Enter. A field that was
// emptied before the end has the last syllable again, as in a browser.
const playEnter = `(id, sequence) => {
	const field = document.getElementById(id);
	const fire = (type, init) => field.dispatchEvent(new type(...init));
	field.focus();
	fire(CompositionEvent, ["compositionstart", { bubbles: true }]);
	field.value = "한";
	for (const each of sequence) {
		if (each === "break") {
			const go = field.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertLineBreak", bubbles: true, cancelable: true }));
			if (go) field.value += "\n";
		} else if (each !== "end") {
			fire(KeyboardEvent, ["keydown", { key: "Enter", keyCode: each, isComposing: each === 229, bubbles: true, cancelable: true }]);
		} else {
			if (field.value === "") field.value = "한";
			fire(CompositionEvent, ["compositionend", { bubbles: true, data: "한" }]);
		}
	}
}`

var enterSequences = []struct {
	browser  string
	sequence string
	meant    bool // for the page
}{
	{"Chrome on macOS, whose second Enter is the person's", `[229, "end", 13]`, true},
	{"a browser that sends it before the end", `[229, 13, "end"]`, true},
	{"a browser that never tells the end", `[229, 13]`, true},
	{"a browser that ends the syllable and breaks the line at one key", `[229, "end", "break"]`, true},
	{"an Enter that only ends the composition", `[229, "end"]`, false},
	{"Safari, whose Enter after the end belongs to the input method", `["end", 229]`, false},
}

func TestEnterAtTheEndOfAComposition(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	var want []string
	for _, c := range enterSequences {
		eval[any](p, "("+playEnter+`)("message", `+c.sequence+"), 0")
		if c.meant {
			p.await(`document.querySelector("#message").value === ""`)
			want = append(want, "Ann: 한")
		} else if got := p.draft(); got != "한" {
			t.Errorf("%s: the field holds %q", c.browser, got)
		}
		eval[any](p, `document.querySelector("#message").value = "", 0`)
		p.say("next") // whatever was sent by mistake is there by then
		want = append(want, "Ann: next")
		p.awaitCount(len(want))
		p.wantMessages(want...)
	}
}

func TestEnterAtTheEndOfAComposedName(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, c := range enterSequences {
		p := openPage(t, s.URL, "")
		eval[any](p, "("+playEnter+`)("user-name", `+c.sequence+"), 0")
		if c.meant {
			p.await(`document.querySelector("#identity-name").textContent === "한" && document.activeElement.id === "message"`)
			continue
		}
		p.do(insert("글"), chromedp.KeyEvent(kb.Enter))
		p.await(`document.querySelector("#identity-name").textContent === "한글"`)
	}
}

// With Ctrl or Command, Enter sends everywhere, where it breaks the line alone too.
func TestEnterWithCtrlOrCommand(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	desktop := openPage(t, s.URL, "Ann")
	tablet := openPage(t, s.URL, "Ben", chromedp.EmulateViewport(1024, 768, chromedp.EmulateMobile, chromedp.EmulateTouch))
	var want []string
	for name, p := range map[string]*page{"Ann": desktop, "Ben": tablet} {
		for _, pressed := range []chromedp.KeyOption{chromedp.KeyModifiers(chromedp.ModifierCtrl), chromedp.KeyModifiers(chromedp.ModifierCommand)} {
			p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent("hello"), chromedp.KeyEvent(kb.Enter, pressed))
			want = append(want, name+": hello")
			p.awaitCount(len(want))
			if got := p.draft(); got != "" {
				t.Errorf("after sending the field holds %q", got)
			}
		}
	}
	desktop.awaitCount(len(want))
	desktop.wantMessages(want...)
}

func TestShiftEnterBreaksTheLine(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.do(
		chromedp.Focus(chromedp.CSS("#message")),
		chromedp.KeyEvent("one"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)),
		chromedp.KeyEvent("two"+kb.Enter),
	)
	p.awaitCount(1)
	p.wantMessages("Ann: one\ntwo")
}

func TestSoftKeyboard(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	p.say("one") // with Enter
	p.do(chromedp.KeyEvent("two"), chromedp.Click(chromedp.CSS("#send")))
	p.awaitCount(1)
	p.wantMessages("Ann: one\ntwo")
	if got := eval[string](p, `document.activeElement.id`); got != "message" {
		t.Errorf("the focus went to %q, and the keyboard with it", got)
	}
}

// The Enter that ends the name breaks no line in the message, to which it leads.
func TestEnterOfTheNameOnASoftKeyboard(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	p.do(chromedp.Click(chromedp.CSS("#user-name")), insert("Ann"), chromedp.KeyEvent(kb.Enter+"hello"+kb.Enter+"there"))
	if got := p.draft(); got != "hello\nthere" {
		t.Errorf("the message field holds %q", got)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert(strings.Repeat("가", 8001)), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector("#counter").textContent === "Too long by 1"`)
	if got := len([]rune(p.draft())); got != 8001 {
		t.Errorf("the field holds %d characters, want all 8001", got)
	}
	p.do(chromedp.KeyEvent(kb.Backspace + kb.Enter))
	p.awaitCount(1)
}

func TestDraftSurvivesAReload(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.Room("a"), "Ann")
	p.do(chromedp.Focus(chromedp.CSS("#message")), chromedp.KeyEvent("half a thou"), chromedp.Reload())
	p.awaitConnected()
	if got := p.draft(); got != "half a thou" {
		t.Errorf("the draft is %q", got)
	}
	p.do(chromedp.Navigate(s.Room("b")))
	p.awaitConnected()
	if got := p.draft(); got != "" {
		t.Errorf("another room shows the draft %q", got)
	}
}
