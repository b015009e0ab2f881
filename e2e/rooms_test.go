package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The quick switcher finds a room while its name is typed, in Hangul too, and opens it.
func TestSwitcher(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.post("개발", "Bob", "hello")
	s.post("design", "Bob", "hello")
	p := openPage(t, s.url, "Ann")
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

// Keys that a person has other uses for can be switched off.
func TestShortcutsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
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
