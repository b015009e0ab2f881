package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
)

// becomes is an update of the message of a line.
func becomes(text string, s chat.Status) func(of uint64) chat.Body {
	return func(of uint64) chat.Body { return chat.NewUpdate(of, text, s) }
}

// output is what a program has written so far.
func output(command string, lines int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "`%s`\n```\n", command)
	for i := range lines {
		fmt.Fprintf(&text, "ok  \tteahouse/shelf%02d\t%d.%03ds\n", i+1, i%7, i*37%1000)
	}
	return text.String() + "```"
}

// robotsAtWork has an incident that goes on and one that is over, and programs that run, have ended and are gone.
func robotsAtWork(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t, robotLines...), on)
	p.await(`document.querySelector(".versions") !== null`)
	return p
}

var robotLines = []line{
	{ago: 26 * time.Minute, room: teaHouse, from: "alertmanager", robot: true, text: "**Disk of db1** is 91 % full."},
	{ago: 24 * time.Minute, room: teaHouse, from: "alertmanager", robot: true, about: 15, then: becomes("**Disk of db1** is 97 % full.", chat.Status{State: chat.Firing})},
	{ago: 22 * time.Minute, room: teaHouse, from: "alertmanager", robot: true, about: 15, then: becomes("**Disk of db1** has room again: 71 %.", chat.Status{State: chat.Resolved})},
	{ago: 20 * time.Minute, room: teaHouse, from: "alertmanager", robot: true, text: "**Kettle** has not answered for 5 minutes."},
	{ago: 19 * time.Minute, room: teaHouse, from: "alertmanager", robot: true, about: 18, then: becomes("**Kettle** has not answered for 10 minutes.", chat.Status{State: chat.Firing})},
	{ago: 15 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "`make lint`"},
	{ago: 14 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 20, then: becomes("`make lint`\n```\nshelf.go:12: the cup is never washed\n```", chat.Status{State: chat.Ended, Exit: 2, Took: 8400 * time.Millisecond})},
	{ago: 13 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "`make cups`"},
	{ago: 12 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 22, then: becomes(output("make cups", 3), chat.Status{State: chat.Ended, Took: 93 * time.Second})},
	{ago: 11 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "`make deploy`"},
	{ago: 10 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 24, then: becomes(output("make deploy", 1), chat.Status{State: chat.Lost})},
	{ago: 65 * time.Second, room: teaHouse, from: "ci", robot: true, text: "`make test`"},
	{ago: time.Second, room: teaHouse, from: "ci", robot: true, about: 26, then: becomes(output("make test", 40), chat.Status{State: chat.Running})},
}

// earlierVersions has the history of an incident open.
func earlierVersions(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t, robotLines[:5]...), on)
	p.click(".versions")
	p.await(`document.querySelector(".version") !== null`)
	return p
}

// questions has one for the reader, one for somebody else, a poll, and those that are over.
func questions(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t, questionLines...), on)
	p.await(`document.querySelectorAll(".ask").length === 5 && document.querySelector(".ask-until") !== null`)
	return p
}

// questionsWithoutScript is the same as the server shows it.
func questionsWithoutScript(t *testing.T, on screen) *page {
	s := startTeaHouse(t, questionLines...)
	p := newPage(t, append(on.steps(), remembered("Ines", s.URL), withoutScript)...)
	p.do(visit(s.Room(teaHouse)))
	p.awaitStill(`document.querySelector(".live-frame").contentDocument.body?.innerText.includes("ask again tomorrow")`)
	return p
}

func asks(choices, from, byDefault string, poll bool) func(of uint64) chat.Body {
	return func(of uint64) chat.Body {
		ask := chat.Ask{Of: of, Choices: choices, From: from, Default: byDefault, Poll: poll}
		if byDefault != "" {
			ask.Until = time.Now().Add(9*time.Minute + 30*time.Second).UnixMilli()
		}
		return ask
	}
}

func answers(choice string) func(of uint64) chat.Body {
	return func(of uint64) chat.Body { return chat.Answer{Of: of, Choice: choice} }
}

var questionLines = []line{
	{ago: 20 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "Deploy 1741?"},
	{ago: 20 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 15, then: asks("yes\nno", "", "", false)},
	{ago: 19 * time.Minute, room: teaHouse, from: "Noor", about: 15, then: answers("yes")},
	{ago: 18 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "Wipe the staging database?"},
	{ago: 18 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 18, then: asks("yes\nno", "", "", false)},
	{ago: 17 * time.Minute, room: teaHouse, from: "server", about: 18, then: func(of uint64) chat.Body { return chat.Answer{Of: of, Choice: "no", Expired: true} }},
	{ago: 12 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "Which tea for the release party?"},
	{ago: 12 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 21, then: asks("Oolong\n홍차\nEarl Grey, decaffeinated, and with milk for those who like it", "", "", true)},
	{ago: 11 * time.Minute, room: teaHouse, from: "Noor", about: 21, then: answers("Oolong")},
	{ago: 11 * time.Minute, room: teaHouse, from: "민준", about: 21, then: answers("홍차")},
	{ago: 11 * time.Minute, room: teaHouse, from: "Ada", about: 21, then: answers("홍차")},
	{ago: 6 * time.Minute, room: teaHouse, from: "ci", robot: true, text: "Rotate the keys of db1?"},
	{ago: 6 * time.Minute, room: teaHouse, from: "ci", robot: true, about: 26, then: asks("rotate\nlater", "Ada\nNoor", "", false)},
	{ago: time.Minute, room: teaHouse, from: "ci", robot: true, text: "Deploy 1742?"},
	{ago: time.Minute, room: teaHouse, from: "ci", robot: true, about: 28, then: asks("yes\nno\nask again tomorrow", "", "no", false)},
}
