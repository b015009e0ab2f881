package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"plainchat/chat"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// state is one of what there is to see. Each is looked at by tests, and has its pictures.
type state struct {
	name string
	show func(*testing.T, screen) *page
}

var states = []state{
	{"first-visit", firstVisit},
	{"empty", emptyRoom},
	{"room", busyRoom},
	{"code", codeAndLinks},
	{"long", longText},
	{"thread", thread},
	{"actions", actionsOpen},
	{"emoji", choosingEmoji},
	{"reply", replying},
	{"edit", editing},
	{"changed", changed},
	{"robots", robotsAtWork},
	{"versions", earlierVersions},
	{"questions", questions},
	{"questions-without-script", questionsWithoutScript},
	{"permalink", permalink},
	{"unread", unread},
	{"new", newBelow},
	{"menu", menuOpen},
	{"help", helpOpen},
	{"people", peopleOpen},
	{"room-list", roomListOpen},
	{"find", findOpen},
	{"switcher", switcherOpen},
	{"name-taken", nameTaken},
	{"too-long", tooLong},
	{"offline", offline},
	{"login-expired", loginExpired},
	{"failed", failedToSend},
	{"archived", archived},
	{"rooms", listOfRooms},
	{"search", searchResults},
	{"without-script", withoutScripts},
	{"live", livePage},
	{"wall", wall},
	{"device", linkToDevice},
	{"device-page", linkPage},
	{"device-page", linkToDevicePage},
	{"problem", problem},
}

// visitTea opens the room with the conversation, as Ines.
func visitTea(t *testing.T, s *server, on screen) *page {
	t.Helper()
	p := openPage(t, s.Room(teaHouse), "Ines", on.steps()...)
	p.await(`document.querySelector("#online").textContent !== ""`)
	return p
}

// sendByButton sends a message with the button, as one does on a phone.
func (p *page) sendByButton(text string) {
	p.t.Helper()
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert(text), chromedp.Click(chromedp.CSS("#send")))
}

// plainly opens what is no room's page.
func plainly(t *testing.T, address string, on screen, setUp ...step) *page {
	t.Helper()
	p := newPage(t, append(on.steps(), setUp...)...)
	p.do(chromedp.Navigate(address))
	return p
}

func firstVisit(t *testing.T, on screen) *page {
	return openPage(t, startTeaHouse(t).Room(teaHouse), "", on.steps()...)
}

func emptyRoom(t *testing.T, on screen) *page {
	return openPage(t, startTeaHouse(t).Room("quiet"), "Ines", on.steps()...)
}

func busyRoom(t *testing.T, on screen) *page {
	s := startTeaHouse(t, line{room: teaHouse, from: "Noor", body: chat.RoomState{Topic: "Tea, and what is done between two cups · 차와 일"}})
	for _, name := range []string{"Noor", "민준", "Ada"} {
		openPage(t, s.Room(teaHouse), name)
	}
	return visitTea(t, s, on)
}

func codeAndLinks(t *testing.T, on screen) *page {
	return visitTea(t, startTeaHouse(t,
		line{ago: 9 * time.Minute, room: teaHouse, from: "Ada", text: "**Reading a stream** takes three lines of Go; see the [page on streams](https://docs.example.org/streams):\n```go\n" +
			"// One event after another, until the server ends.\nfor lines.Scan() {\n\tfmt.Println(\"event:\", lines.Text(), 42)\n}\n```\nIts `Last-Event-ID` does the rest."},
		line{ago: 8 * time.Minute, room: teaHouse, from: "민준", text: "> takes three lines\n\n세 줄이면 되네요. 남은 일은:\n\n1. 문서 쓰기\n2. *천천히* 차 마시기\n- ~~커피~~"},
	), on)
}

// longText is folded.
func longText(t *testing.T, on screen) *page {
	var lines strings.Builder
	for i := range 40 {
		fmt.Fprintf(&lines, "%02d  teacup %d of 40 is clean · 찻잔 %d번을 씻었습니다\n", i+1, i+1, i+1)
	}
	return visitTea(t, startTeaHouse(t,
		line{ago: 9 * time.Minute, room: teaHouse, from: "release-bot", text: lines.String()},
		line{ago: 8 * time.Minute, room: teaHouse, from: "민준", text: "고맙습니다. 길지만 한눈에 보여요."},
	), on)
}

func thread(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.follow(".replies")
	return p
}

func actionsOpen(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.Click(chromedp.CSS("#messages > .message.own:last-child .act")))
	p.await(`document.querySelector(".actions .delete") !== null`)
	return p
}

func choosingEmoji(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.Click(chromedp.CSS(".reactions .more-emoji")))
	p.await(`document.querySelector(".picker[open] [role=gridcell]") !== null`)
	return p
}

func replying(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	const last = "#messages > .message:last-child"
	p.do(chromedp.Click(chromedp.CSS(last + " .act")))
	p.await(`document.querySelector(".actions") !== null`)
	p.do(chromedp.Click(chromedp.CSS(last + " .reply")))
	p.await(`!document.querySelector("#replying").hidden`)
	return p
}

func editing(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.sendByButton("Yes, aftre tea")
	p.awaitText("Yes, aftre tea")
	p.do(chromedp.KeyEvent(kb.ArrowUp))
	p.await(`document.querySelector(".editor") !== null`)
	return p
}

// changed has a message that was edited and one that was deleted, both by a person who is there,
// and another that is pinned.
func changed(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	noor := s.guest("Noor")
	at := "/rooms/" + teaHouse + "/messages"
	say := func(text string) (message string) {
		noor.must(http.StatusCreated, http.MethodPost, at, map[string]string{"message": text})
		return at + "/" + s.newest(teaHouse)
	}
	first := say("The kettel is on.")
	second := say("Wrong room, sorry")
	noor.does(http.MethodPatch, first, map[string]string{"message": "The kettle is on."})
	noor.does(http.MethodPut, first+"/pin", nil)
	noor.does(http.MethodDelete, second, nil)
	p := visitTea(t, s, on)
	p.await(`document.querySelector(".deleted") !== null && document.querySelector(".edited") !== null`)
	return p
}

func unread(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	ines := s.guest("Ines")
	for _, room := range []string{teaHouse, "개발", "design"} {
		ines.must(http.StatusOK, http.MethodPut, "/rooms/"+room+"/read", map[string]string{"id": s.newest(room)})
	}
	s.Post("개발", "민준", "@Ines 배포 노트 좀 봐 주세요.")
	s.Post("design", "Noor", "And the dark ones.")
	s.Post(teaHouse, "Noor", "1.4 is out. Tea is in the kitchen.")
	s.Post(teaHouse, "민준", "수고하셨습니다!")
	p := ines.openPageAs("Ines", s.Room(teaHouse), append(on.steps(), inTheBack)...)
	p.awaitConnected()
	p.await(`document.querySelector(".unread-line") !== null`)
	return p
}

// permalink leads to an old message among others.
func permalink(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	s.PostMany("long", "Noor", 150)
	p := openPage(t, s.Room("long")+"/messages/"+s.Said("long")[70].ID, "Ines", on.steps()...)
	p.await(`document.querySelector(".message:target, .message.found") !== null`)
	return p
}

// newBelow is who reads further up while more comes.
func newBelow(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	s.PostMany("long", "Noor", 60)
	p := openPage(t, s.Room("long"), "Ines", on.steps()...)
	eval[float64](p, `document.querySelector("#viewport").scrollTop = -500`)
	s.Post("long", "Noor", "Something new")
	p.await(`!document.querySelector("#jump").hidden`)
	return p
}

func menuOpen(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")))
	p.await(`document.querySelector("#menu").open`)
	return p
}

func helpOpen(t *testing.T, on screen) *page {
	p := menuOpen(t, on)
	p.do(chromedp.Click(chromedp.CSS("#help")))
	p.await(`document.querySelector("dialog.help[open]") !== null`)
	return p
}

// roomListOpen has more rooms than fit, some with long names and one that is archived. On a phone
// the list lies over the page.
func roomListOpen(t *testing.T, on screen) *page {
	var more []line
	for i := range 24 {
		room := chat.Room(fmt.Sprintf("project-%02d", i+1))
		more = append(more, line{ago: 30 * time.Hour, room: room, from: "Noor", text: "Welcome."})
	}
	more = append(more,
		line{ago: 30 * time.Hour, room: "the-reading-circle-of-the-tea-house", from: "Ada", text: "Chapter one."},
		line{ago: 30 * time.Hour, room: "archive-2024", from: "Ada", text: "That was the year."},
		line{ago: 30 * time.Hour, room: "archive-2024", from: "Ada", body: chat.RoomState{Archived: true}},
	)
	s := startTeaHouse(t, more...)
	ines := s.guest("Ines")
	for _, room := range []string{teaHouse, "개발", "design", "project-03"} {
		ines.must(http.StatusOK, http.MethodPut, "/rooms/"+room+"/read", map[string]string{"id": s.newest(room)})
	}
	s.Post("개발", "민준", "@Ines 배포 노트 좀 봐 주세요.")
	s.Post("design", "Noor", "And the dark ones.")
	s.PostMany("project-03", "Noor", 120)
	p := ines.openPageAs("Ines", s.Room(teaHouse), on.steps()...)
	p.awaitConnected()
	p.await(`document.querySelector(".room-count.mention") !== null`)
	if on.phone {
		p.do(chromedp.Click(chromedp.CSS("#open-rooms")))
		p.await(`document.querySelector("#rooms").classList.contains("open")`)
	}
	return p
}

func peopleOpen(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	openPage(t, s.Room(teaHouse), "Noor")
	p := visitTea(t, s, on)
	p.do(chromedp.Click(chromedp.CSS("#people > summary")))
	p.await(`document.querySelectorAll("#people-list li").length === 2`)
	return p
}

// findOpen has results of a search in place.
func findOpen(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.Click(chromedp.CSS("#search")))
	p.await(`document.querySelector(".find[open]") !== null`)
	p.do(insert("tea"))
	p.await(`document.querySelector(".find[open] ol li") !== null`)
	return p
}

func switcherOpen(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.await(`document.querySelector(".switcher[open] [role=option]") !== null`)
	p.do(insert("ㄱㅂ"))
	p.await(`document.querySelector(".switcher [aria-selected=true]").innerText.startsWith("개발")`)
	return p
}

func nameTaken(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	s.guest("Noor").must(http.StatusCreated, http.MethodPost, "/rooms/"+teaHouse+"/messages", map[string]string{"message": "My name is mine."})
	p := openPage(t, s.Room(teaHouse), "", on.steps()...)
	p.do(chromedp.Focus(chromedp.CSS("#user-name")), chromedp.KeyEvent("Noor"+kb.Enter))
	p.await(nameProblem)
	return p
}

func tooLong(t *testing.T, on screen) *page {
	p := visitTea(t, startTeaHouse(t), on)
	p.do(chromedp.Focus(chromedp.CSS("#message")), insert(strings.Repeat("차", 8012)))
	p.await(`document.querySelector("#counter").textContent !== ""`)
	return p
}

// offline has a message that waits for the server, which is gone.
func offline(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	p := visitTea(t, s, on)
	s.Kill()
	p.await(bannerShown)
	p.sendByButton("Is anyone still here?")
	p.await(waiting)
	return p
}

// loginExpired is behind a proxy that wants another login before anything else passes.
func loginExpired(t *testing.T, on screen) *page {
	px := startProxyOf(t, startTeaHouse(t))
	p := openPage(t, px.url+"/rooms/"+teaHouse, "Ines", on.steps()...)
	px.answer(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") {
			px.pass.ServeHTTP(w, r)
			return
		}
		toLogin(w, r)
	}, nil)
	p.sendByButton("Is anyone still here?")
	p.await(`!document.querySelector("#reload").hidden`)
	p.await(waiting)
	return p
}

func failedToSend(t *testing.T, on screen) *page {
	unanswered := unfinishedOf("Ines", time.Now().Add(-15*time.Minute), teaHouse, "1", "Did this one get through?")
	p := openPage(t, startTeaHouse(t).Room(teaHouse), "Ines", append(on.steps(), unanswered)...)
	p.await(failed)
	return p
}

func archived(t *testing.T, on screen) *page {
	return visitTea(t, startTeaHouse(t, line{room: teaHouse, from: "Noor", body: chat.RoomState{Archived: true}}), on)
}

func listOfRooms(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	return plainly(t, s.URL+"/rooms", on)
}

func searchResults(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	return plainly(t, s.URL+"/search?q=1.4", on)
}

func withoutScripts(t *testing.T, on screen) *page {
	s := startTeaHouse(t)
	p := newPage(t, append(on.steps(), remembered("Ines", s.URL), withoutScript)...)
	p.do(visit(s.Room(teaHouse)))
	p.awaitStill(`document.querySelector(".live-frame").contentDocument.body?.innerText.includes("after tea")`)
	return p
}

func livePage(t *testing.T, on screen) *page {
	return openEndless(t, startTeaHouse(t).Room(teaHouse)+"/live", on.steps()...)
}

func wall(t *testing.T, on screen) *page {
	return openEndless(t, startTeaHouse(t).Room(teaHouse)+"/live?wall", on.steps()...)
}

func linkToDevicePage(t *testing.T, on screen) *page {
	p := withoutScripts(t, on)
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS(".menu-device button")), chromedp.WaitVisible(chromedp.CSS(".qr")))
	return p
}

func linkToDevice(t *testing.T, on screen) *page {
	p := named(t, on)
	p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS(".menu-device button")), chromedp.WaitVisible(chromedp.CSS(".qr")))
	return p
}

// linkPage is what linkToDevice is without script.
func linkPage(t *testing.T, on screen) *page {
	p := named(t, on)
	eval[any](p, `document.querySelector(".menu-device").submit()`) // which no script hears of
	p.do(chromedp.WaitVisible(chromedp.CSS(".link .qr")))
	return p
}

// named has the name as her own, since she has written under it.
func named(t *testing.T, on screen) *page {
	t.Helper()
	p := visitTea(t, startTeaHouse(t), on)
	p.sendByButton("See you there")
	p.awaitText("See you there")
	return p
}

func problem(t *testing.T, on screen) *page {
	return plainly(t, startTeaHouse(t).URL+"/nowhere", on)
}
