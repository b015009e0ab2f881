package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// openEndless opens a page of a room that never ends, and so is never loaded.
func openEndless(t *testing.T, address string, setUp ...step) *page {
	t.Helper()
	p := newPage(t, setUp...)
	p.goEndless(address)
	return p
}

func (p *page) goEndless(address string) {
	p.t.Helper()
	p.do(command(cdppage.Navigate, cdppage.NavigateParams{URL: address}))
	p.awaitStill(`location.href === ` + quote(address) + ` && document.querySelector(".live-silence") !== null`)
}

// goFrame opens what the page of a room has in its frame, where there is no script.
func (p *page) goFrame(room string) {
	p.t.Helper()
	p.goEndless(room + "/live?embedded=now")
}

// does is do for what must be done.
func (p *person) does(method, at string, body any) {
	p.t.Helper()
	if status, answer := p.do(method, at, body); status >= http.StatusMultipleChoices {
		p.t.Fatalf("%s %s: %d %s", method, at, status, answer)
	}
}

// awaitStill waits until an expression is true, be it in another document that is loaded
// meanwhile, and in a page whose own clocks stand still.
func (p *page) awaitStill(expression string) {
	p.t.Helper()
	for {
		done, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression))
		if err == nil && done {
			return
		}
		if p.ctx.Err() != nil {
			p.t.Fatalf("waiting for %s (%v): the page shows %q", expression, err, p.body())
		}
	}
}

// shownEndless is what the list shows, in the order in which it does, as "name: text".
const shownEndless = `[...document.querySelectorAll(".messages > .message")].filter((m) => m.offsetHeight)
	.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
	.map((m) => m.querySelector(".name").textContent + ": " + m.querySelector(".text").textContent)`

func (p *page) awaitEndless(want ...string) {
	p.t.Helper()
	var list bytes.Buffer
	enc := json.NewEncoder(&list)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(want); err != nil {
		p.t.Fatal(err)
	}
	p.awaitStill(`JSON.stringify(` + shownEndless + `) === ` + quote(strings.TrimSpace(list.String())))
}

// atTheEnd reports whether the last message is in view.
const atTheEnd = `Math.max(...[...document.querySelectorAll(".message")].map((m) => m.getBoundingClientRect().bottom)) <= innerHeight`

// Without script, a page follows what is written and what becomes of it, each in its place, and
// stays at the end; but not under somebody who reads further up.
func TestEndlessPage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann, ben := s.guest("Ann"), s.guest("Ben")
	for _, text := range []string{"one", "two", "three"} {
		ann.does(http.MethodPost, "/messages", map[string]string{"message": text})
	}
	said := s.Said("tea")
	p := openEndless(t, s.Room("tea")+"/live", withoutScript)
	p.awaitEndless("Ann: one", "Ann: two", "Ann: three")
	ben.does(http.MethodPost, "/messages", map[string]string{"message": "<b>four</b>"})
	p.awaitEndless("Ann: one", "Ann: two", "Ann: three", "Ben: <b>four</b>")
	ann.does(http.MethodPatch, "/messages/"+said[0].ID, map[string]string{"message": "better"})
	ann.does(http.MethodDelete, "/messages/"+said[1].ID, nil)
	p.awaitEndless("Ann: better", "Ann: This message was deleted.", "Ann: three", "Ben: <b>four</b>")
	ben.does(http.MethodPut, "/messages/"+said[2].ID+"/reactions/👍", nil)
	p.awaitStill(`[...document.querySelectorAll(".chip")].filter((c) => c.offsetHeight).length === 1`)

	s.PostMany("tea", "Cy", 60)
	p.awaitStill(`document.body.textContent.includes("message 60")`)
	p.awaitStill(atTheEnd)
	top := eval[float64](p, `(() => {
		const viewport = document.querySelector(".viewport");
		viewport.scrollTop = -500;
		return document.querySelector(".message").getBoundingClientRect().top;
	})()`)
	s.Post("tea", "Cy", "one more")
	p.awaitStill(`document.body.textContent.includes("one more")`)
	if now := eval[float64](p, `document.querySelector(".message").getBoundingClientRect().top`); now != top || eval[bool](p, atTheEnd) {
		t.Errorf("where somebody reads moved from %v to %v", top, now)
	}
}

// The time of a message within a group fits beside its text, however old it is.
func TestEndlessPageKeepsTimesInTheGutter(t *testing.T) {
	t.Parallel()
	p := openEndless(t, startTeaHouse(t).Room(teaHouse)+"/live")
	p.awaitStill(`document.querySelector(".local-times") !== null`)
	const broken = `[...document.querySelectorAll(".continued time")].filter((e) => e.getClientRects().length > 1).map((e) => e.textContent)`
	p.wantNone("times of more than one line", eval[[]string](p, broken))
}

// Nothing that is typed becomes markup on a page without end, live or afresh.
func TestEndlessPageOfAttacks(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	const name = `"><svg/onload=alert(1)>`
	live := openEndless(t, s.Room("tea")+"/live")
	var want []string
	for _, attack := range append(attacks, `</li></div></template><slot name="0">%s</slot>`, `</ol><input type="radio" name="sign" checked>%s`, `</main></body></html>%s`) {
		text := fmt.Sprintf(`"'>`+attack, "alert(document.domain)")
		s.Post("tea", name, text)
		want = append(want, name+": "+text)
	}
	live.awaitEndless(want...)
	wall := openEndless(t, s.Room("tea")+"/live?wall")
	wall.awaitEndless(want...)
	for _, p := range []*page{live, wall} {
		tags := eval[[]string](p, `[...new Set([...document.querySelectorAll(".message *")].map((e) => e.tagName))].sort()`)
		if want := []string{"A", "B", "BDI", "DIV", "INPUT", "P", "SPAN", "TIME"}; !slices.Equal(tags, want) {
			t.Errorf("the list is made of %q, want %q", tags, want)
		}
	}
}

// The page of a room follows in its frame, without script, and is loaded to its end all the same.
func TestFrameWithoutScript(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Ann", "before")
	p := newPage(t, withoutScript)
	p.do(visit(s.Room("tea")), chromedp.WaitVisible(chromedp.CSS(".live-frame")))
	const inFrame = `document.querySelector(".live-frame").contentDocument.body.innerText.includes(%q)`
	p.awaitStill(fmt.Sprintf(inFrame, "before"))
	s.Post("tea", "Ben", "after")
	p.awaitStill(fmt.Sprintf(inFrame, "after"))
	p.do(chromedp.SendKeys(chromedp.CSS("#user-name"), "Plain"), chromedp.SendKeys(chromedp.CSS("#message"), "me too"))
	p.follow("#send")
	p.awaitStill(fmt.Sprintf(inFrame, "me too"))
	if eval[bool](p, `document.querySelector("#viewport").offsetHeight > 0`) {
		t.Error("the messages are there twice")
	}
	scripted := openPage(t, s.Room("tea"), "Ann")
	if eval[bool](scripted, `document.querySelector("iframe") !== null || document.querySelector("#viewport").offsetHeight === 0`) {
		t.Error("with script there is a frame")
	}
}

// A page comes back by itself, with what was missed: without script, and with it.
func TestEndlessPageComesBack(t *testing.T) {
	t.Parallel()
	for name, setUp := range map[string][]step{"without script": {withoutScript}, "with script": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Post("tea", "Ann", "before")
			p := openEndless(t, s.Room("tea")+"/live?wall", setUp...)
			p.awaitEndless("Ann: before")
			s.Kill()
			s.Restart()
			s.Post("tea", "Ann", "after")
			p.awaitEndless("Ann: before", "Ann: after")
		})
	}
}

// A page that has not been told for a while that it is connected says so, without script too.
func TestEndlessPageInSilence(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openEndless(t, s.Room("tea")+"/live", withoutScript)
	const notices = `[...document.querySelectorAll(".live-silence")].filter((e) => e.offsetHeight && getComputedStyle(e).visibility === "visible").length`
	if n := eval[int](p, notices); n != 0 {
		t.Errorf("%d notices are shown at once", n)
	}
	const late = `(() => { for (const a of document.getAnimations()) a.currentTime = 76_000; return ` + notices + `; })()`
	if n := eval[int](p, late); n != 1 {
		t.Errorf("%d notices are shown after 76 s", n)
	}
	again := eval[int](p, `document.querySelectorAll(".live-silence").length`)
	p.awaitStill(fmt.Sprintf(`document.querySelectorAll(".live-silence").length > %d`, again))
	if n := eval[int](p, notices); n != 0 {
		t.Errorf("%d notices are shown after another sign of life", n)
	}
}

// While the server is away a wall shows what it had, and no error of the browser's.
func TestWallWithoutServer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Ann", "still here")
	p := openEndless(t, s.Room("tea")+"/live?wall")
	p.do(command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `window.later = true`}))
	s.Kill()
	p.await(`performance.getEntriesByType("resource").filter((r) => r.initiatorType === "fetch").length > 2`) // it has asked in vain
	p.awaitEndless("Ann: still here")
	if eval[bool](p, `window.later === true`) {
		t.Error("it was loaded again while there was no server")
	}
	s.Restart()
	p.awaitStill(`window.later === true && document.querySelector(".live-silence") !== null`)
	p.awaitEndless("Ann: still here")
}

// A wall is still where no motion is wanted, and fits its screen in each of its forms.
func TestWall(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Ann", strings.Repeat("A long word ", 300))
	s.Post("tea", "Ann", strings.Repeat("x", 5000))
	s.Post("tea", "Ann", "short")
	still := command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	p := openEndless(t, s.Room("tea")+"/live?wall", still)
	s.Post("tea", "Ben", "new")
	p.await(`[...document.querySelectorAll(".text")].some((e) => e.textContent === "new")`)
	if n := eval[int](p, `document.querySelector(".wall .viewport").getAnimations({ subtree: true }).filter((a) => a.animationName === "wall-arrive").length`); n != 0 {
		t.Errorf("%d animations run where no motion is wanted", n)
	}
	for _, size := range [][2]int64{{1920, 1080}, {1080, 1920}, {3840, 2160}, {1024, 768}} {
		p.do(chromedp.EmulateViewport(size[0], size[1]))
		if got := eval[string](p, `(() => {
			const out = [];
			for (const e of document.querySelectorAll(".wall-header, .wall-join, .wall-code, .wall-address, .viewport")) {
				const { left, top, right, bottom } = e.getBoundingClientRect();
				if (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5 || right - left < 50) out.push(e.className);
			}
			if (document.documentElement.scrollWidth > innerWidth) out.push("scrolls");
			const size = parseFloat(getComputedStyle(document.querySelector(".text")).fontSize);
			if (size < Math.min(innerWidth, innerHeight) / 40) out.push("small: " + size);
			return out.join(", ");
		})()`); got != "" || !eval[bool](p, atTheEnd) {
			t.Errorf("at %v: %s", size, got)
		}
	}
}

// On another device a guest continues under their name, by a link, without script there.
func TestLinkToAnotherDevice(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann := openPage(t, s.Room("tea"), "Ann")
	ann.say("from the desk")
	ann.awaitCount(1)
	link := eval[string](ann, `fetch("/identity/link", { method: "POST", body: new URLSearchParams({ room: "tea" }), headers: { accept: "application/json" } })
		.then((answer) => answer.json()).then(({ url }) => url)`)
	phone := newPage(t, withoutScript)
	phone.do(chromedp.Navigate(link), chromedp.WaitVisible(chromedp.CSS("form button")))
	if text := phone.body(); !strings.Contains(text, "Continue as \u2068Ann\u2069 on this device?") {
		t.Errorf("the page says %q", text)
	}
	if referrer := eval[string](phone, `document.referrer`); referrer != "" {
		t.Errorf("it knows whence: %q", referrer)
	}
	phone.do(chromedp.Click(chromedp.CSS("form button")), chromedp.WaitVisible(chromedp.CSS("#message")))
	phone.do(chromedp.SendKeys(chromedp.CSS("#message"), "from the phone"), chromedp.Click(chromedp.CSS("#send")))
	ann.awaitCount(2)
	ann.wantMessages("Ann: from the desk", "Ann: from the phone")
	phone.do(chromedp.Navigate(link), chromedp.WaitVisible(chromedp.CSS("h1")))
	if text := phone.body(); !strings.Contains(text, "no longer works") {
		t.Errorf("the second time it says %q", text)
	}
}
