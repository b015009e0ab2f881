package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/views"
)

// whole is a message of which everything has become that can.
func whole() messageView {
	written := said(7, "Ann", "oolong", noon)
	m := newMessageView(&written)
	m.Edited, m.Pinned, m.ReplyTo = noon.Add(time.Minute), true, "e-3"
	m.Quote = &views.Quote{ID: chat.ID{Epoch: "e", Seq: 3}, From: "Ben", Text: "Which tea?"}
	m.Reactions = []reactionView{
		{Reaction: views.Reaction{Emoji: "👍", Count: 2, Names: []string{"Ben", `<"&>`}}},
		{Reaction: views.Reaction{Emoji: "🎉", Count: 1, Names: []string{"Me"}, Mine: true}},
	}
	return m
}

func renderMessage(t *testing.T, m messageView) string {
	t.Helper()
	var page strings.Builder
	if err := testPages(t).templates[locale.English].ExecuteTemplate(&page, "message", m); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func wantMarkup(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
}

func TestChangedMessage(t *testing.T) {
	v := roomView{Room: "tea", UserName: "Me"}
	wantMarkup(t, renderMessage(t, v.message(whole())),
		`data-reply-to="e-3"`, `<a class="quote" href="/rooms/tea/messages/e-3"><b class="quote-name"><bdi>Ben</bdi></b>`, ">Which tea?<",
		`<span class="edited" title="Friday, 2 January 2026, 12:01:00 UTC">edited</span><span class="pin-mark">pinned</span>`,
		`action="/rooms/tea/messages/e-7/react"><input type="hidden" name="emoji" value="👍"><button class="chip"`,
		`aria-pressed="false" title="Ben, &lt;&#34;&amp;&gt;"`,
		`value="🎉"><input type="hidden" name="removed" value="true">`, `aria-pressed="true"`,
		`href="?message=e-7#m-e-7"`)
}

func TestDeletedMessage(t *testing.T) {
	ev := said(7, "Ann", "", noon)
	ev.Body, ev.Deleted = chat.Erased{Was: chat.KindOf("message")}, true
	page := renderMessage(t, roomView{Room: "tea"}.message(newMessageView(&ev)))
	wantMarkup(t, page, "deleted", ">This message was deleted.</div>")
	if strings.Contains(page, "act") {
		t.Errorf("something can be done to it: %s", page)
	}
}

// Only one's own messages can be edited and deleted.
func TestActionsWithoutScript(t *testing.T) {
	for reader, own := range map[string]bool{"Ann": true, "Ben": false} {
		v := roomView{Room: "tea", UserName: reader, Place: "before=e-9", Chosen: chosen{Acting: "e-7"}}
		page := renderMessage(t, v.message(whole()))
		wantMarkup(t, page, `<form class="action-row" method="post" action="/rooms/tea/messages/e-7/react">`,
			`name="emoji" value="👍" aria-label="React with 👍"`, `href="/rooms/tea?reply=e-7#composer"`,
			`formaction="/rooms/tea/messages/e-7/pin" name="removed" value="true">Unpin</button>`)
		for _, part := range []string{`href="?before=e-9&amp;edit=e-7#m-e-7"`, `formaction="/rooms/tea/messages/e-7/delete"`} {
			if strings.Contains(page, part) != own {
				t.Errorf("for %s: %s is there: %t\n%s", reader, part, !own, page)
			}
		}
	}
}

func TestEditWithoutScript(t *testing.T) {
	v := roomView{Room: "tea", UserName: "Ann", Chosen: chosen{Editing: "e-7"}}
	wantMarkup(t, renderMessage(t, v.message(whole())), `action="/rooms/tea/messages/e-7/edit"`, ">oolong</textarea>")
	v.Chosen.Draft = "green"
	wantMarkup(t, renderMessage(t, v.message(whole())), ">green</textarea>")
}

// What the query chooses is on the page.
func TestChosenByTheQuery(t *testing.T) {
	s := newUnlistened(t, 0)
	postForm(s, "which tea?")
	id := chat.ID{Epoch: s.Store.Epoch(), Seq: 1}.String()
	ask := func(query string) string {
		r := httptest.NewRequest(http.MethodGet, "/rooms/tea?"+query, nil)
		r.Header.Set("Accept", typeHTML)
		r.AddCookie(&http.Cookie{Name: nameCookie, Value: "Mina"})
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Body.String()
	}
	list := func(page string) string {
		_, page, _ = strings.Cut(page, `<ol id="messages"`)
		page, _, _ = strings.Cut(page, "</ol>")
		return page
	}
	wantMarkup(t, list(ask("message="+id)), `<form class="action-row"`, ">Delete</button>", `<input class="field" name="emoji" required`)
	wantMarkup(t, list(ask("edit="+id)), `<form class="editor"`, ">which tea?</textarea>")
	wantMarkup(t, ask("reply="+id), `<input type="hidden" name="reply_to" value="`+id+`"><b class="quote-name"><bdi>Mina</bdi></b> <span class="quote-text" dir="auto">which tea?</span>`)
	if page := ask(""); strings.Contains(list(page), "<form") || strings.Contains(page, `name="reply_to"`) {
		t.Error("something is chosen that was not")
	}
	wantMarkup(t, ask("message=x"), "is not an id")
}

func TestRoomState(t *testing.T) {
	page := renderRoom(t, roomView{
		Room: "tea", Topic: "Tea & cake", Archived: true,
		Pinned: []pinView{{views.Quote{ID: chat.ID{Epoch: "e", Seq: 7}, From: "Ann", Text: "oolong"}, "/rooms/tea"}},
	})
	wantMarkup(t, page, `<body class="room archived unnamed"`, `<p id="topic" class="topic" dir="auto">Tea &amp; cake</p>`, "This room is archived",
		`<details id="pins" class="popover pins">`, `<span id="pins-count" class="tool-count">1</span>`,
		`<li class="pinned-message" data-id="e-7"><a href="/rooms/tea/messages/e-7"><b class="quote-name"><bdi>Ann</bdi></b>`)
}
