package e2e

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// preferLanguage makes the browser one that asks for pages in a language.
func preferLanguage(lang string) []step {
	return []step{
		command(network.Enable, network.EnableParams{}),
		command(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": lang}}),
	}
}

// wordsOfPage are all that a page has for people: its texts and the names and hints of its elements,
// those in templates too, but for what is the same in each language.
const wordsOfPage = `(() => {
	const same = "script, noscript, style, code, pre, kbd, .brand, .wall-address, body [lang]";
	const found = [];
	const walk = (root) => {
		for (const e of root.querySelectorAll("*")) {
			if (e.closest(same)) continue;
			for (const name of ["aria-label", "title", "placeholder", "alt"]) if (e.hasAttribute(name)) found.push(e.getAttribute(name));
			for (const n of e.childNodes) if (n.nodeType === Node.TEXT_NODE && n.data.trim() && !n.data.startsWith("http")) found.push(n.data.trim());
			if (e instanceof HTMLTemplateElement) walk(e.content);
			if (e.shadowRoot) walk(e.shadowRoot);
		}
	};
	walk(document);
	return found;
})()`

// A tongue is a language, and what people and rooms are called and say in it.
type tongue struct {
	lang                    string
	foreign                 *regexp.Regexp // letters of the other language
	same                    *regexp.Regexp // what is written in them in each language
	room, empty, name, next string
	nothing                 string // that nobody has said
	say                     func(n int) string
}

var tongues = []tongue{
	{
		lang: "ko", foreign: regexp.MustCompile(`[A-Za-z]{2,}`), same: regexp.MustCompile(`\b(plainchat|lobby|UTC|QR|id)\b|/rooms/|\b(before|from)\b`),
		room: "찻집", empty: "빈방", name: "민아", next: "지훈", nothing: "낙타", say: func(n int) string { return fmt.Sprintf("안녕하세요 %d", n) },
	},
	{
		lang: "en", foreign: regexp.MustCompile(`\p{Hangul}+`), same: regexp.MustCompile(`$^`),
		room: "tea", empty: "quiet", name: "Mina", next: "Jack", nothing: "camel", say: func(n int) string { return fmt.Sprintf("hello %d", n) },
	},
}

// checkWords fails if a page has words of the other language.
func (l tongue) checkWords(p *page, state string) {
	p.t.Helper()
	if lang := eval[string](p, `document.documentElement.lang`); lang != l.lang {
		p.t.Errorf("%s: lang is %q", state, lang)
	}
	for _, words := range eval[[]string](p, wordsOfPage) {
		if found := l.foreign.FindString(l.same.ReplaceAllString(words, "")); found != "" {
			p.t.Errorf("%s: %q in %q", state, found, words)
		}
	}
}

// Nobody meets a sentence of another language than their own, whatever happens.
func TestPagesAreInOneLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range tongues {
		t.Run(l.lang, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Post(l.room, l.next, l.say(0))
			l.checkVisits(t, s)
			l.checkConversation(t, s)
			l.checkTrouble(t, s)
		})
	}
}

// checkVisits looks at the pages that there are.
func (l tongue) checkVisits(t *testing.T, s *server) {
	t.Helper()
	p := newPage(t, append(preferLanguage(l.lang), remembered(l.name, s.URL))...)
	query := url.QueryEscape(strings.Fields(l.say(0))[0])
	for _, path := range []string{
		"/rooms/" + l.empty, "/rooms/" + l.room, "/rooms", "/rooms?q=" + url.QueryEscape(l.nothing), "/search", "/search?q=" + query, "/search?q=" + url.QueryEscape(l.nothing) + "&room=" + url.QueryEscape(l.room),
		"/nowhere", "/rooms/a.b", "/rooms/" + l.room + "?before=x", "/search?q=&from=%00", "/link/none", "/rooms/" + l.room + "/messages/x",
	} {
		p.do(chromedp.Navigate(s.URL + path))
		l.checkWords(p, path)
	}
	for _, kind := range []string{"/live", "/live?wall"} {
		endless := openEndless(t, s.Room(l.room)+kind, preferLanguage(l.lang)...)
		l.checkWords(endless, kind)
	}
}

// checkConversation looks at a room while things happen in it.
func (l tongue) checkConversation(t *testing.T, s *server) {
	t.Helper()
	newcomer := openPage(t, s.Room(l.empty), "", preferLanguage(l.lang)...)
	l.checkWords(newcomer, "first visit")
	newcomer.say(l.say(1))
	newcomer.await(nameProblem)
	l.checkWords(newcomer, "no name")

	p := openPage(t, s.Room(l.room), l.name, preferLanguage(l.lang)...)
	p.say(l.say(1))
	p.awaitText(l.say(1))
	other := openPage(t, s.Room(l.room), l.next, preferLanguage(l.lang)...)
	p.await(`document.querySelector("#online").textContent.includes("2")`)
	l.checkWords(p, "two people")
	own := s.newest(l.room)
	p.openActions(own)
	l.checkWords(p, "actions")
	p.click(message(own) + ` .react`)
	p.await(`document.querySelector(".chip")`)
	p.openActions(own)
	p.click(message(own) + ` .pin`)
	p.await(`!document.querySelector("#pins").hidden`)
	p.openActions(own)
	p.click(message(own) + ` .reply`)
	l.checkWords(p, "reply")
	p.do(insert(l.say(2)), chromedp.KeyEvent(kb.Enter))
	p.awaitText(l.say(2))
	answer := s.newest(l.room)
	p.openActions(answer)
	p.click(message(answer) + ` .edit`)
	p.await(`document.querySelector(".editor")`)
	l.checkWords(p, "editor")
	p.do(insert("!"), chromedp.KeyEvent(kb.Enter))
	p.await(`document.querySelector(".edited")`)
	p.openActions(own)
	p.click(message(own) + ` .delete`)
	l.checkWords(p, "delete for good?")
	p.click(message(own) + ` .delete`)
	p.await(`document.querySelector(".message.deleted")`)
	l.checkWords(p, "deleted")
	p.click("#menu > summary")
	l.checkWords(p, "menu")
	p.do(chromedp.Reload())
	p.awaitConnected()
	l.checkWords(p, "afresh")
	other.do(chromedp.Focus(chromedp.CSS("#message")), insert(strings.Repeat("가", 8001)), chromedp.KeyEvent(kb.Enter))
	other.await(`document.querySelector("#counter").textContent`)
	if l.lang == "ko" {
		l.checkWords(other, "too long")
	}
}

// checkTrouble looks at what is said where things fail.
func (l tongue) checkTrouble(t *testing.T, s *server) {
	t.Helper()
	owner := openPage(t, s.Room(l.room), l.name+"1", preferLanguage(l.lang)...)
	owner.say(l.say(3))
	owner.awaitText(l.say(3))
	taken := openPage(t, s.Room(l.room), "", preferLanguage(l.lang)...)
	taken.do(insert(l.name+"1"), chromedp.KeyEvent(kb.Enter))
	taken.await(nameProblem)
	l.checkWords(taken, "name taken")
	p := openPage(t, s.Room(l.room), l.name, preferLanguage(l.lang)...)
	s.Kill()
	p.await(bannerShown)
	l.checkWords(p, "server gone")
	p.say(l.say(4))
	p.await(waiting)
	l.checkWords(p, "waiting")
}

// The form that chooses a language leads back, and is remembered.
func TestLanguageIsChosen(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := newPage(t)
	p.do(chromedp.Navigate(s.URL + "/search"))
	back := eval[string](p, `fetch("/language", { method: "POST", body: new URLSearchParams({ lang: "ko", to: "/search?q=tea" }) }).then((answer) => answer.url)`)
	if back != s.URL+"/search?q=tea" {
		t.Errorf("it leads to %s", back)
	}
	for _, path := range []string{"/search", "/rooms/tea"} {
		p.do(chromedp.Navigate(s.URL + path))
		if lang := eval[string](p, `document.documentElement.lang`); lang != "ko" {
			t.Errorf("%s is in %q", path, lang)
		}
	}
}
