//go:build linux

package engines

import (
	"fmt"
	"math"
	"testing"

	"plainchat/e2e/internal/running"
)

// scenarios are what works in each engine. Each has a server of its own, with an empty log.
var scenarios = []struct {
	name string
	run  func(*testing.T, browser, *running.Server)
}{
	{"send", send},
	{"receive", receive},
	{"resume after a kill", resume},
	{"two tabs", twoTabs},
	{"scroll", scroll},
	{"edit", edit},
	{"react", react},
	{"thread", thread},
	{"live", live},
	{"load later", loadLater},
	{"Hangul", hangul},
}

func TestEngines(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			e.need(t)
			t.Parallel()
			b := e.start(t)
			for _, s := range scenarios {
				t.Run(s.name, func(t *testing.T) { s.run(t, b, running.Start(t, binary)) })
			}
		})
	}
}

func send(t *testing.T, b browser, s *running.Server) {
	p := come(t, b.person(t), s.Room("tea"), "Ann")
	p.press("with Enter" + keyEnter)
	p.press("with the button")
	p.await(draft + ` === "with the button"`)
	p.click(sendButton)
	p.awaitText("with the button")
	p.awaitText("with Enter")
	p.want("Ann: with Enter", "Ann: with the button")
	if left := eval[string](p, draft); left != "" {
		t.Errorf("after sending the field holds %q", left)
	}
	if focus := eval[string](p, `document.activeElement.id`); focus != "message" {
		t.Errorf("after sending the focus is in %q", focus)
	}
}

func receive(t *testing.T, b browser, s *running.Server) {
	s.Post("tea", "Ben", "before")
	p := visit(t, b.person(t), s.Room("tea"))
	s.Post("tea", "curl", "<b>plain</b> & 안녕 🎉")
	p.awaitText("<b>plain</b> & 안녕 🎉")
	p.want("Ben: before", "curl: <b>plain</b> & 안녕 🎉")
}

// resume: what was said while the server was killed, and what the person said meanwhile, is there
// once.
func resume(t *testing.T, b browser, s *running.Server) {
	p := come(t, b.person(t), s.Room("tea"), "Ann")
	p.say("before")
	p.awaitText("before")
	s.Kill()
	p.await(bannerShown)
	p.say("meanwhile")
	s.Restart()
	s.PostMany("tea", "Ben", 20)
	p.awaitText("message 20")
	p.awaitText("meanwhile")
	s.Post("tea", "Ben", "the end") // whatever was sent twice is there by then
	p.awaitText("the end")
	p.want(s.History("tea")...)
}

// twoTabs share one stream, and one name.
func twoTabs(t *testing.T, b browser, s *running.Server) {
	person := b.person(t)
	first := come(t, person, s.Room("tea"), "Ann")
	second := visit(t, person, s.Room("tea"))
	for s.Connections() != "1" {
		first.stillTime()
	}
	second.say("from the second")
	second.awaitText("from the second")
	first.front()
	first.awaitText("from the second")
	first.say("from the first")
	first.awaitText("from the first")
	second.front()
	second.awaitText("from the first")
	second.want("Ann: from the second", "Ann: from the first")
	first.front()
	first.want("Ann: from the second", "Ann: from the first")
	second.must(second.close(second.ctx))
	s.Post("tea", "curl", "only the first is left")
	first.awaitText("only the first is left")
}

// scroll: the page follows at the bottom, and does not move where a person reads further up.
func scroll(t *testing.T, b browser, s *running.Server) {
	s.PostMany("tea", "Ben", 60)
	p := visit(t, b.person(t), s.Room("tea"))
	p.await(atBottom)
	s.Post("tea", "Cem", "follow")
	p.awaitText("follow")
	p.await(atBottom)

	id := p.idOf("message 40")
	top := `document.getElementById("` + id + `").getBoundingClientRect().top`
	eval[any](p, `document.getElementById("`+id+`").scrollIntoView({ block: "center" })`)
	p.await(`!(` + atBottom + `)`)
	was := eval[float64](p, top)
	for i := range 20 {
		s.Post("tea", "Cem", fmt.Sprintf("later %d", i))
	}
	p.awaitText("later 19")
	p.await(`!document.querySelector("#jump").hidden`)
	if is := eval[float64](p, top); math.Abs(is-was) >= 1 { // a fraction of a pixel is not seen
		t.Errorf("what is read moved from %g to %g", was, is)
	}
	p.click("#jump")
	p.await(atBottom)
}

func edit(t *testing.T, b browser, s *running.Server) {
	person := b.person(t)
	p := come(t, person, s.Room("tea"), "Ann")
	other := visit(t, person, s.Room("tea"))
	p.front()
	p.say("oolong")
	id := p.idOf("oolong")
	p.openActions(id)
	p.click(row(id, ".edit"))
	p.await(`document.activeElement.matches(".editor textarea")`)
	p.press(keyEnd + ", please" + keyEnter)
	for _, each := range []*page{p, other} {
		each.front()
		each.awaitText("oolong, please")
		each.await(`document.querySelector("` + row(id, ".edited") + `") !== null`)
		each.want("Ann: oolong, please")
	}
}

func react(t *testing.T, b browser, s *running.Server) {
	s.Post("tea", "Ben", "cake?")
	p := come(t, b.person(t), s.Room("tea"), "Ann")
	id := p.idOf("cake?")
	p.openActions(id)
	p.click(row(id, `.react[value="👍"]`))
	p.await(`document.querySelector(".chip[aria-pressed=true]") !== null`)
	p.click(row(id, ".chip"))
	p.await(`document.querySelector(".chip") === null`)

	p.openActions(id)
	p.click(row(id, ".actions .more-emoji"))
	p.await(`document.activeElement.matches(".picker input")`)
	p.press("tada" + keyEnter)
	p.await(`document.querySelector(".picker") === null && document.querySelector(".chip-emoji")?.textContent === "🎉"`)
}

// thread: what is written on its page answers its first message, and the way back leads to where the
// person was reading.
func thread(t *testing.T, b browser, s *running.Server) {
	s.Post("tea", "Ben", "which tea?")
	s.PostMany("tea", "Ben", 60)
	p := come(t, b.person(t), s.Room("tea"), "Ann")
	asked := eval[string](p, `fetch("/rooms/tea/messages?limit=1000").then((answer) => answer.json()).then(({ messages }) => "m-" + messages[0].id)`)
	eval[any](p, `document.querySelector("#viewport").scrollTop = -1e6`)
	p.awaitText("which tea?")
	lookAt := `document.getElementById("` + asked + `").scrollIntoView({ block: "center" })`
	eval[any](p, lookAt)
	p.openActions(asked)
	p.click(row(asked, ".actions .reply"))
	p.press("oolong" + keyEnter)
	p.awaitText("oolong")
	eval[any](p, lookAt)
	p.await(`!(` + atBottom + `) && document.querySelector("` + row(asked, ".replies") + `") !== null`)
	top := `document.getElementById("` + asked + `").getBoundingClientRect().top`
	was := eval[float64](p, top)

	p.click(row(asked, ".replies"))
	p.arrive(`"thread" in document.body.dataset && ` + connected)
	p.say("with milk")
	s.Post("tea", "Ben", "something else")
	p.awaitText("with milk")
	p.want("Ben: which tea?", "Ann: oolong", "Ann: with milk")
	p.click("#back")
	p.arrive(`!("thread" in document.body.dataset) && ` + connected + ` && document.getElementById("` + asked + `") !== null`)
	p.await(fmt.Sprintf(`Math.abs(%s - %g) < 2`, top, was))
}

// live: a page that only grows shows what is said in the order in which it was, and begins again after
// the server was away. It is in a frame, since it never ends to load.
func live(t *testing.T, b browser, s *running.Server) {
	s.Post("tea", "Ben", "before")
	p := visit(t, b.person(t), s.Room("tea"))
	eval[any](p, `(() => {
		const frame = Object.assign(document.createElement("iframe"), { id: "frame", src: "/rooms/tea/live" });
		document.body.append(frame);
	})()`)
	const told = `[...document.querySelector("#frame").contentDocument.querySelectorAll(".message .text")].map((e) => e.textContent).join()`
	p.await(told + ` === "before"`)
	s.Post("tea", "Ben", "<i>now</i>")
	p.await(told + ` === "before,<i>now</i>"`)
	s.Kill()
	s.Restart()
	s.Post("tea", "Ben", "after")
	p.await(told + ` === "before,<i>now</i>,after"`)
}

// hangul: the Enter that ends the last syllable sends the message once, and leaves nothing of it
// in the field. So does the button while a syllable is composed.
func hangul(t *testing.T, b browser, s *running.Server) {
	p := come(t, b.person(t), s.Room("tea"), "Ann")
	text := annyeong.text()
	p.compose(annyeong)
	p.must(p.endComposition(p.ctx))
	p.awaitText(text)
	p.await(draft + ` === ""`)
	p.say("with Enter") // whatever was sent by mistake is there by then
	p.awaitText("with Enter")
	p.compose(annyeong)
	p.await(draft + ` === ` + quote(text))
	p.click(sendButton)
	p.await(draft + ` === ""`)
	p.say("with the button")
	p.awaitText("with the button")
	p.want("Ann: "+text, "Ann: with Enter", "Ann: "+text, "Ann: with the button")
}
