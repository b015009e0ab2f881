package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// suggested is the names in the list, of which the one that is chosen has a mark.
const suggested = `[...document.querySelectorAll("#completion:not([hidden]) > li")].map((each) =>
	(each.ariaSelected === "true" ? "*" : "") + each.querySelector(".completion-name").textContent).join()`

func (p *page) awaitSuggested(want string) {
	p.t.Helper()
	p.await(suggested + " === " + quote(want))
}

func (p *page) press(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, options...))
}

func TestToken(t *testing.T) {
	t.Parallel()
	// The caret is at |; what is wanted is the sign, the query and the start.
	cases := [][2]string{
		{"|", ""}, {"/|", "/  0"}, {"/me|", "/ me 0"}, {"/me |", ""}, {" /me|", ""}, {"a\n/me|", ""}, {"/etc/h|", ""},
		{"@|", "@  0"}, {"hi @An|", "@ An 3"}, {"hi @Ann Le|", "@ Ann Le 3"}, {"a@b|", ""}, {"(@민|", "@ 민 1"}, {"@ a|", ""},
		{"@a\nb|", ""}, {"@a @b|", "@ b 3"}, {"@an|n", ""}, {"@an| n", "@ an 0"}, {"@@a|", ""},
		{":s|", ""}, {":sm|", ": sm 0"}, {":웃|", ": 웃 0"}, {":ㅇ|", ": ㅇ 0"}, {"10:30|", ""}, {"http://a|", ""}, {":)|", ""}, {"a :+1|", ": +1 2"},
		{"좋아:웃음|", ""}, {"a::bc|", ""}, {":smile:|", ": smile: 0"}, {"😀:sm|", ": sm 2"},
		{"`@an|", ""}, {"`a` @an|", "@ an 4"}, {"```\n:sm|", ""}, {"```\na\n```\n:sm|", ": sm 10"},
	}
	p := openModules(t)
	for _, c := range cases {
		got := eval[string](p, fmt.Sprintf(`(async () => {
			const { tokenAt } = await import("/js/completion/token.js");
			const [before, after] = %s.split("|");
			const token = tokenAt(before + after, before.length);
			return token ? [token.sign, token.query, token.start].join(" ") : "";
		})()`, quote(c[0])))
		if got != c[1] {
			t.Errorf("at %q there is %q, want %q", c[0], got, c[1])
		}
	}
}

func TestMention(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "민지", "one")
	s.Post("lobby", "Zoë Lee", "two")
	s.Post("lobby", "Ann", "three")
	openPage(t, s.URL, "민준") // is here
	p := openPage(t, s.URL, "Ann")

	p.write("hi @")
	p.awaitSuggested("민준,Zoë Lee,민지")
	if !eval[bool](p, `(() => { const f = document.querySelector("#message"); return f.getAttribute("aria-controls") === "completion" && !f.hasAttribute("aria-activedescendant"); })()`) {
		t.Error("the field does not tell of its list, or of one that nobody has chosen")
	}
	p.press("zo")
	p.awaitSuggested("*Zoë Lee")
	p.await(`document.getElementById(document.querySelector("#message").getAttribute("aria-activedescendant")).textContent.includes("Zoë Lee")`)
	p.await(`document.querySelector(".composer-row [role=status]").textContent === "1 suggestion"`)
	p.press(kb.Enter)
	p.awaitDraft(`hi @"Zoë Lee" `)
	p.awaitSuggested("")
	p.do(insert("@ㅁㅈ"))
	p.awaitSuggested("*민준,민지")
	p.press(kb.ArrowDown)
	p.awaitSuggested("민준,*민지")
	p.press(kb.ArrowDown)
	p.awaitSuggested("*민준,민지")
	p.press(kb.ArrowUp + kb.Tab)
	p.awaitDraft(`hi @"Zoë Lee" @민지 `)
	p.await(`document.activeElement.id === "message"`)
	p.press("@m" + kb.Backspace)
	p.do(insert("민"))
	p.awaitSuggested("*민준,민지")
	p.press(kb.Escape) // leaves the list, and what is written
	p.awaitSuggested("")
	p.press("!" + kb.Backspace)
	p.awaitSuggested("")
	p.press(" @Ann" + kb.Enter) // nobody mentions themselves
	p.awaitText("hi @Zoë Lee @민지 @민 @Ann")
	p.await(`[...document.querySelectorAll("#messages .mention")].map((each) => each.textContent).join() === "@Zoë Lee,@민지,@민,@Ann"`)
	p.write("@민지")
	p.awaitSuggested("") // it is whole
	p.write("\b@z")
	p.awaitDraft("@민@z")
	p.press(` @"zoë l`)
	p.awaitSuggested("*Zoë Lee")
	p.press(kb.Tab)
	p.awaitDraft(`@민@z @"Zoë Lee" `)
	p.press(kb.Backspace)
	p.awaitSuggested("") // it is whole
	if got := s.History("lobby"); len(got) != 4 {
		t.Errorf("the room has %q", got)
	}
}

// What is chosen is put in by a press too, and can be undone.
func TestMentionByPointer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Zoë", "two")
	p := openPage(t, s.URL, "Ann")
	p.write("@z")
	p.awaitSuggested("*Zoë")
	p.click("#completion > li")
	p.awaitDraft("@Zoë ")
	p.await(`document.activeElement.id === "message"`)
	p.do(command(input.DispatchKeyEvent, input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeRawKeyDown, Key: "z", Code: "KeyZ", WindowsVirtualKeyCode: 90, Modifiers: int64(chromedp.ModifierCtrl), Commands: []string{"undo"},
	}))
	p.awaitDraft("@z")
}

// While a syllable is composed, the list shows whom it may mean, and the keys are the input
// method's; the Enter that ends it takes what it finds then.
func TestMentionInHangul(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, name := range []string{"민준", "미소", "김민준"} {
		s.Post("lobby", name, "hello")
	}
	p := openPage(t, s.URL, "Ann")
	p.write("@")
	p.awaitSuggested("김민준,미소,민준")
	p.do(compose("ㅁ"))
	p.awaitSuggested("*미소,민준,김민준")
	p.do(compose("미"))
	p.awaitSuggested("*미소,민준,김민준")
	p.do(compose("민"))
	p.awaitSuggested("*민준,김민준")
	p.do(composingEnter)
	if got := p.draft(); got != "@민" {
		t.Errorf("while composing the field holds %q", got)
	}
	p.do(insert("민"), chromedp.KeyEvent(kb.Enter))
	p.awaitDraft("@민준 ")
	// Pressed while composing, the list has the syllable end first.
	p.do(insert("@"), compose("미"))
	p.awaitSuggested("*미소,민준,김민준")
	p.click("#completion > li")
	p.awaitDraft("@민준 @미소 ")
	p.await(`document.activeElement.id === "message"`)
	if got := s.History("lobby"); len(got) != 3 {
		t.Errorf("was sent: %q", got)
	}
}

// In each order in which browsers end a composition with Enter, a press takes the name or does
// nothing; it never sends.
func TestEnterAtTheEndOfAComposedMention(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "한별", "hello")
	p := openPage(t, s.URL, "Ann")
	p.write("@한")
	p.awaitSuggested("*한별")
	for _, c := range enterSequences {
		eval[any](p, `(() => {
			const field = document.getElementById("message");
			field.value = "@한";
			field.dispatchEvent(new InputEvent("input", { bubbles: true, data: "한" }));
		})(), 0`)
		p.awaitSuggested("*한별")
		eval[any](p, `(`+playComposedEnter+`)(`+c.sequence+`), 0`)
		if c.meant {
			p.awaitDraft("@한별 ")
		} else if got := p.draft(); got != "@한" {
			t.Errorf("%s: the field holds %q", c.browser, got)
		}
	}
	if got := s.History("lobby"); len(got) != 1 {
		t.Errorf("was sent: %q", got)
	}
}

// playComposedEnter is playEnter for a field that keeps what it holds.
const playComposedEnter = `(sequence) => {
	const field = document.getElementById("message");
	const fire = (type, init) => field.dispatchEvent(new type(...init));
	fire(CompositionEvent, ["compositionstart", { bubbles: true }]);
	for (const each of sequence) {
		if (each === "break") {
			fire(InputEvent, ["beforeinput", { inputType: "insertLineBreak", bubbles: true, cancelable: true }]);
		} else if (each === "end") {
			fire(CompositionEvent, ["compositionend", { bubbles: true, data: "한" }]);
		} else {
			fire(KeyboardEvent, ["keydown", { key: "Enter", keyCode: each, isComposing: each === 229, bubbles: true, cancelable: true }]);
		}
	}
}`

func TestEmojiCompletion(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.write(":tad")
	p.awaitSuggested("*:tada")
	p.press(kb.Enter)
	p.awaitDraft("🎉")
	p.do(insert(" :박ㅅ"))
	p.awaitSuggested("*:clap")
	p.press(kb.Tab)
	p.awaitDraft("🎉 👏")
	p.press(" :rocket:") // spelled out
	p.awaitDraft("🎉 👏 🚀")
	p.press(" :nothing: 10:30 :D" + kb.Enter)
	p.awaitText("🎉 👏 🚀 :nothing: 10:30 :D")
}

func TestCommandCompletion(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.write("/")
	p.awaitSuggested("/me,/topic,/answer,/help")
	p.press("t")
	p.awaitSuggested("*/topic")
	p.press(kb.Enter)
	p.awaitDraft("/topic ")
	p.press("tea" + kb.Enter)
	p.await(`document.querySelector("#topic").textContent === "tea"`)
	p.awaitDraft("")
	p.press("/help" + kb.Enter) // whole, it is done at once
	p.await(`document.querySelector("dialog.help") !== null`)
}

// What is edited is completed as well, and Escape leaves the list first.
func TestCompletionInTheEditor(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Zoë", "hello")
	p := openPage(t, s.URL, "Ann")
	p.say("one")
	p.awaitCount(2)
	p.press(kb.ArrowUp)
	p.await(`document.activeElement.closest(".editor") !== null`)
	p.press(kb.End + " @z")
	p.awaitSuggested("*Zoë")
	p.press(kb.Escape)
	p.awaitSuggested("")
	p.press(" @z")
	p.awaitSuggested("*Zoë")
	p.press(kb.Enter)
	p.await(`document.activeElement.value === "one @z @Zoë "`)
	p.press(kb.Enter)
	p.awaitText("one @z @Zoë")
}

// Without the server, names of those who wrote are found all the same, and nothing breaks.
func TestCompletionOffline(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Zoë", "hello")
	p := openPage(t, s.URL, "Ann")
	p.write("@z")
	p.awaitSuggested("*Zoë")
	p.press(kb.Escape)
	s.Kill()
	p.press(" @z")
	p.awaitSuggested("*Zoë")
	p.press(" :tad")
	p.await(`document.querySelector("#message").value === "@z @z :tad"`)
	p.awaitSuggested("")
}

// Ctrl+Enter sends, whatever is chosen.
func TestCtrlEnterPassesTheList(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Zoë", "hello")
	p := openPage(t, s.URL, "Ann")
	p.write("@z")
	p.awaitSuggested("*Zoë")
	p.press(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.awaitText("@z")
	p.awaitDraft("")
}
