package handlers

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

func testPages(t *testing.T) *pages {
	t.Helper()
	p, err := newPages(testAssets(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func renderRoom(t *testing.T, v roomView) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := testPages(t).room(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, v); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

func said(seq uint64, name chat.Name, text string, at time.Time) views.Message {
	return views.Message{Event: chat.Event{ID: chat.ID{Epoch: "e", Seq: seq}, Room: chat.Lobby, From: chat.Person{Name: name}, Time: at, Body: chat.Message{Text: text}}}
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// items returns the class attributes of the messages in the list.
func items(page string) []string {
	list := page[strings.Index(page, `<ol id="messages"`):strings.Index(page, `<ol id="outbox"`)]
	var classes []string
	for _, match := range regexp.MustCompile(`<li class="(message[^"]*)"`).FindAllStringSubmatch(list, -1) {
		classes = append(classes, match[1])
	}
	return classes
}

func TestOwnMessages(t *testing.T) {
	page := renderRoom(t, roomView{Room: chat.Lobby, UserName: "Ann", History: []views.Message{
		said(1, "Ann", "one", noon), said(2, "Ann", "two", noon), said(3, "Bob", "three", noon),
	}})
	want := []string{"message own", "message own continued", "message"}
	if got := items(page); strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("the messages are %q, want %q", got, want)
	}
}

// groupCase is a list of messages and which of them go on in the group before them. The
// script of the page is tested with the same file, in e2e.
type groupCase struct {
	Case     string
	Messages []struct {
		UserName  chat.Name `json:"user_name"`
		Time      time.Time
		Continued bool
	}
}

func TestGroups(t *testing.T) {
	file, err := os.ReadFile("testdata/groups.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []groupCase
	if err := json.Unmarshal(file, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		v := roomView{Room: chat.Lobby}
		for i, m := range c.Messages {
			v.History = append(v.History, said(uint64(i+1), m.UserName, "text", m.Time))
		}
		for i, class := range items(renderRoom(t, v)) {
			if got := strings.Contains(class, "continued"); got != c.Messages[i].Continued {
				t.Errorf("%s: message %d: continued is %t", c.Case, i+1, got)
			}
		}
	}
}

func TestEmptyRoomSaysHowToBegin(t *testing.T) {
	page := renderRoom(t, roomView{Room: chat.Lobby, URL: "http://127.0.0.1:5001/rooms/lobby"})
	for _, want := range []string{
		"<h3>No message yet..</h3>",
		"<code id=\"curl\">curl -d &#39;hello&#39; &#39;http://127.0.0.1:5001/rooms/lobby/messages?user_name=me&#39;</code>",
		`<a href="http://127.0.0.1:5001/rooms/lobby">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if page := renderRoom(t, roomView{Room: chat.Lobby, History: []views.Message{said(1, "Ann", "hi", noon)}}); !strings.Contains(page, `<section id="welcome" class="welcome" hidden>`) {
		t.Error("a room with a message says that it has none")
	}
}

// The content security policy forbids what stands in the page itself.
func TestNothingIsInline(t *testing.T) {
	page := renderRoom(t, roomView{Room: chat.Lobby, History: []views.Message{said(1, "Ann", "hi", noon)}})
	for _, inline := range []string{`<script>`, `<style`, ` style="`, ` onclick=`, `javascript:`} {
		if strings.Contains(page, inline) {
			t.Errorf("the page has %s", inline)
		}
	}
}

// A page of older messages leads to those beside it and to the newest. Without script nothing can be
// written there, since it would not be seen.
func TestOlderPage(t *testing.T) {
	page := renderRoom(t, roomView{
		Room: chat.Lobby, History: []views.Message{said(1, "Ann", "hi", noon)},
		Newest: "/rooms/lobby", Older: "/rooms/lobby?before=e-1",
	})
	for _, want := range []string{`<noscript><nav class="composer"`, `href="/rooms/lobby"`, `href="/rooms/lobby?before=e-1"`, `class="composer needs-script"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestDraftComesBack(t *testing.T) {
	page := renderRoom(t, roomView{Room: chat.Lobby, Draft: "half a thought", Problem: &problemView{Title: "Too Many Requests", Detail: "Wait."}})
	for _, want := range []string{">half a thought</textarea>", `role="alert"`, "Wait."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Who asks for a room whose name may not be is led to the nearest one.
func TestNearestRoomOnTheProblemPage(t *testing.T) {
	s := newUnlistened(t, 0)
	long := strings.Repeat("x", 64)
	for target, want := range map[string]string{
		"/rooms/tea%20time": "/rooms/tea-time", "/rooms/a%2Fb": "/rooms/a-b", "/rooms/" + long + "y": "/rooms/" + long, "/rooms?open=a/b": "/rooms/a-b",
	} {
		w := ask(s, target, http.Header{"Accept": {typeHTML}})
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `<a class="button primary" href="`+want+`">Open `) {
			t.Errorf("%s is answered %d %s", target, w.Code, w.Body)
		}
	}
	if w := ask(s, "/rooms/...", http.Header{"Accept": {typeHTML}}); strings.Contains(w.Body.String(), "Open ") {
		t.Errorf("to what is near no name leads %s", w.Body)
	}
}

func TestProblemPage(t *testing.T) {
	w := httptest.NewRecorder()
	err := testPages(t).problem(w, httptest.NewRequest(http.MethodGet, "/", nil), problemView{Status: http.StatusNotFound, Title: "No page", Detail: "There is nothing here.", Room: "tea"})
	if err != nil || w.Code != http.StatusNotFound {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	for _, want := range []string{"<bdi>tea</bdi>", "No page", "There is nothing here.", `href="/rooms/tea">Back to tea<`, `href="/rooms"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
