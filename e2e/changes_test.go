package e2e

import (
	"net/http"
	"slices"
	"testing"
)

// shown tells the messages of a page and what has become of them: "(quote) name: text [marks] emoji".
const shown = `[...document.querySelectorAll("#messages > .message")].map((m) => [
	m.querySelector(".quote") && "(" + m.querySelector(".quote").textContent + ")",
	m.querySelector(".name").textContent + ": " + m.querySelector(".text").textContent,
	m.matches(".deleted") && "deleted",
	m.querySelector(".marks") && "[" + [...m.querySelectorAll(".marks > *")].map((e) => e.textContent) + "]",
	...[...m.querySelectorAll(".chip")].map((c) =>
		c.textContent.replaceAll(/\s/g, "") + (c.ariaPressed === "true" ? " mine" : "") + " " + c.title),
].filter(Boolean).join(" "))`

// awaitShown waits until the page shows this of its messages.
func (p *page) awaitShown(want ...string) {
	p.t.Helper()
	p.await(`JSON.stringify(` + shown + `) === ` + quote(list(want)))
	if got := eval[[]string](p, shown); !slices.Equal(got, want) {
		p.t.Errorf("the page shows\n%q\nwant\n%q", got, want)
	}
}

// list writes strings as JavaScript does.
func list(texts []string) string {
	all := "["
	for i, text := range texts {
		if i > 0 {
			all += ","
		}
		all += quote(text)
	}
	return all + "]"
}

type members = map[string]any

// What happens to a message shows on it, and on what tells of it.
func TestMessagesChange(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong")
	p := openPage(t, s.url, "Ann")
	first, second := s.id(1), s.id(2)

	s.happens("edit", "Ann", members{"target": first, "message": "which tea today?\nOr cake?"})
	s.happens("reaction", "Ben", members{"target": first, "emoji": "👍"})
	s.happens("reaction", "Ben", members{"target": first, "emoji": "👍"})
	s.happens("reaction", "Ann", members{"target": first, "emoji": "👍"})
	s.happens("reaction", "Ann", members{"target": first, "emoji": "🎉"})
	s.happens("my response", "Ann", members{"message": "with milk", "reply_to": second})
	p.awaitShown("Ann: which tea today?\nOr cake? [edited] 👍2 mine Ben, Ann 🎉1 mine Ann", "Ben: oolong", "(Ben oolong) Ann: with milk")

	s.happens("edit", "Ben", members{"target": second, "message": "green"})
	s.happens("reaction", "Ben", members{"target": first, "emoji": "👍", "removed": true})
	s.happens("reaction", "Ann", members{"target": first, "emoji": "🎉", "removed": true})
	s.happens("pin", "Ann", members{"target": second})
	s.happens("something new", "Ann", members{"target": second})
	p.awaitShown("Ann: which tea today?\nOr cake? [edited] 👍1 mine Ann", "Ben: green [edited,pinned]", "(Ben green) Ann: with milk")
	p.await(`!document.querySelector("#pins").hidden && document.querySelector("#pins-list").textContent === "Ben green"`)

	s.happens("delete", "Ben", members{"target": second})
	p.awaitShown("Ann: which tea today?\nOr cake? [edited] 👍1 mine Ann", "Ben: This message was deleted. deleted", "(Ben This message was deleted.) Ann: with milk")
	p.await(`document.querySelector("#pins").hidden`)
	if eval[bool](p, `document.querySelector(".deleted .act") !== null`) {
		t.Error("something can be done to a deleted message")
	}
}

// What is not in the list is asked for, or left out.
func TestMessagesOutOfSight(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: hello")
	s.stored["e-7"] = members{"id": "e-7", "seq": 7, "user_name": "Ben", "message": "long ago\nand far"}
	p := openPage(t, s.url, "Ann")
	s.happens("pin", "Ann", members{"target": "e-7"})
	s.happens("my response", "Ann", members{"message": "still true", "reply_to": "e-7"})
	s.happens("my response", "Ann", members{"message": "lost", "reply_to": "e-8"})
	s.happens("delete", "Ann", members{"target": "e-9"})
	p.awaitShown("Ann: hello", "(Ben long ago) Ann: still true", "( An earlier message) Ann: lost")
	p.await(`document.querySelector("#pins-list").textContent === "Ben long ago"`)
	s.happens("edit", "Ben", members{"target": "e-7", "message": "yesterday"})
	p.awaitShown("Ann: hello", "(Ben yesterday) Ann: still true", "( An earlier message) Ann: lost")
	p.await(`document.querySelector("#pins-list").textContent === "Ben yesterday"`)
}

// The room has a topic under its name; an archived one has a sentence in the composer's place.
func TestRoomChanges(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: hello")
	p := openPage(t, s.url, "Ann")
	visible := func(selector string) string { return `document.querySelector("` + selector + `").checkVisibility()` }
	p.await(`!` + visible("#topic") + ` && ` + visible("#composer") + ` && !` + visible("#archived"))
	s.happens("room", "Ann", members{"topic": "<b>Tea</b>", "archived": true})
	p.await(`document.querySelector("#topic").textContent === "<b>Tea</b>"`)
	p.await(visible("#topic") + ` && !` + visible("#composer") + ` && ` + visible("#archived"))
	s.happens("room", "Ann", members{"topic": "", "archived": false})
	p.await(`!` + visible("#topic") + ` && ` + visible("#composer") + ` && !` + visible("#archived"))
}

// What answers a message tells of it as it stands: while it is written, on its way, and in the list.
func TestRepliesTellOfWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	s := startStage(t, "Ann: which tea?", "Ben: oolong")
	ends := make(chan struct{})
	t.Cleanup(func() { close(ends) })
	s.answer = func(_ http.ResponseWriter, r *http.Request) { // never, so that what is sent stays on its way
		select {
		case <-ends:
		case <-r.Context().Done():
		}
	}
	p := openPage(t, s.url, "Ann")
	choose := func() {
		t.Helper()
		p.openActions(s.id(2))
		p.click(message(s.id(2)) + " .reply")
	}
	const line = `document.querySelector("#replying .quote-text").textContent`
	choose()
	p.await(line + ` === "oolong"`)
	s.happens("edit", "Ben", members{"target": s.id(2), "message": "green"})
	p.await(line + ` === "green"`)
	p.say("a wish")
	p.await(`document.querySelector("#outbox .quote-text")?.textContent === "green"`)
	choose()
	s.happens("delete", "Ben", members{"target": s.id(2)})
	p.await(line + ` === "This message was deleted." && document.querySelector("#notice").textContent.startsWith("The message that you were answering was deleted.")`)
	p.await(`document.querySelector("#outbox .quote-text").textContent === "This message was deleted."`)
	p.say("and another")
	p.await(`document.querySelectorAll("#outbox > *").length === 2 && document.querySelectorAll("#outbox .quote").length === 1`)
}
