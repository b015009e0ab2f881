package e2e

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The quick switcher finds a room while its name is typed, in Hangul too, and opens it.
func TestSwitcher(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("개발", "Bob", "hello")
	s.Post("design", "Bob", "hello")
	p := openPage(t, s.URL, "Ann")
	open := func() {
		t.Helper()
		p.do(chromedp.Click(chromedp.CSS("#find-room")))
		p.await(`document.querySelector(".switcher[open] [role=option]") !== null`)
	}
	open()
	p.do(insert("ㄱㅂ"))
	p.await(`document.querySelector(".switcher [aria-selected=true]").innerText === "개발"`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(`document.querySelector(".switcher[open]") === null`)
	eval[bool](p, `dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, cancelable: true }))`)
	p.await(`document.querySelector(".switcher[open] [role=option]") !== null`)
	p.do(insert("des"))
	p.await(`document.querySelector(".switcher [aria-selected=true]").innerText === "design"`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`location.pathname === "/rooms/design" && document.readyState === "complete"`)
	p.awaitConnected()
	open()
	p.do(insert("brand-new"))
	p.await(`document.querySelector(".switcher [aria-selected=true]").innerText.includes("brand-new")`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await(`location.pathname === "/rooms/brand-new"`)
}

// A name that may not be is answered by a sentence and the nearest one; no result, and no server, are
// told.
func TestSwitcherExplains(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	px.server.Post("lobby", "Bob", "hello")
	p := openPage(t, px.url+"/rooms/lobby", "Ann")
	open := func() {
		t.Helper()
		p.do(chromedp.Click(chromedp.CSS("#find-room")))
		p.await(`document.querySelector(".switcher[open]") !== null`)
	}
	retype := func(text string) {
		eval[bool](p, `document.activeElement.select() === undefined`)
		p.do(insert(text))
	}
	says := func(sentence, options string) {
		t.Helper()
		p.await(`document.querySelector(".switcher-state").textContent.includes(` + quote(sentence) + `)`)
		p.await(`[...document.querySelectorAll(".switcher [role=option] bdi")].map((each) => each.textContent).join() === ` + quote(options))
	}
	open()
	p.await(`document.querySelector(".switcher[open] [role=option]") !== null`)
	p.do(insert("Tea Time"))
	says("letters, digits, - and _", "New room “Tea-Time”")
	retype("nowhere")
	says("No room has that", "New room “nowhere”")
	retype("🎉")
	says("letters, digits, - and _", "")
	retype("lob")
	says("", "lobby,New room “lob”")
	p.do(chromedp.KeyEvent(kb.Escape))
	px.answer(pageOf(http.StatusBadGateway), nil)
	open()
	says("cannot be reached", "")
	p.do(insert("lob"))
	says("cannot be reached", "")
	p.do(chromedp.KeyEvent(kb.Escape))
	px.answer(nil, nil)
	open()
	eval[bool](p, `addEventListener("click", (event) => { event.preventDefault(); window.opened = event.target.pathname; }) === undefined`)
	p.do(insert("lobby tea"), chromedp.KeyEvent(kb.Enter)) // before the rooms are there, or after
	p.await(`window.opened === "/rooms/lobby-tea"`)
}

// The page has the same rule for names as the server.
func TestNearestRoomOnThePage(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("../chat/testdata/nearest.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), fmt.Sprintf(`(async () => {
		const { nearestRoom } = await import("/js/model/room-name.js");
		return %s.map(([typed, want]) => [typed, want, nearestRoom(typed)]).filter(([, want, got]) => want !== got).map((each) => each.join(" | "));
	})()`, fixtures))
	if len(wrong) > 0 {
		t.Errorf("typed, want, got:\n%q", wrong)
	}
}

// Keys that a person has other uses for can be switched off.
func TestShortcutsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	const press = `dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, cancelable: true }))`
	if eval[bool](p, press) {
		t.Error("the shortcut is left to the browser")
	}
	p.await(`document.querySelector(".switcher[open]") !== null`)
	p.do(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS("#shortcuts")))
	if !eval[bool](p, press) {
		t.Error("the shortcut is not switched off")
	}
	p.do(chromedp.Reload())
	p.awaitConnected()
	if !eval[bool](p, press) {
		t.Error("after a reload the shortcut is on again")
	}
}
