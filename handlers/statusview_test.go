package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/views"
)

// A status is told in words, in both languages, and goes by a sign.
func TestStatusText(t *testing.T) {
	for _, c := range []struct {
		status       chat.Status
		sign, en, ko string
	}{
		{chat.Status{State: chat.Firing}, "firing", "Firing", "발생 중"},
		{chat.Status{State: chat.Ended}, "ended", "Ended with 0", "종료 코드 0"},
		{chat.Status{State: chat.Ended, Exit: 2, Took: 93 * time.Second}, "failed", "Ended with 2 after 1 min 33 s", "종료 코드 2 · 1분 33초 걸림"},
		{chat.Status{}, "", "", ""},
	} {
		if got := statusSign(c.status); got != c.sign {
			t.Errorf("%+v has the sign %q, want %q", c.status, got, c.sign)
		}
		if c.sign == "" {
			continue
		}
		if en, ko := statusText(c.status, locale.English), statusText(c.status, locale.Korean); en != c.en || ko != c.ko {
			t.Errorf("%+v is %q and %q", c.status, en, ko)
		}
	}
}

// A message that grows is written again on a page without end now and then alone, and its end at once.
func TestGrowthOnALivePage(t *testing.T) {
	rows := newLiveRows(liveView{}, "")
	m := said(7, "ci", "make", noon)
	rows.add(&m)
	update := func(after time.Duration, state chat.Condition) chat.Event {
		return chat.Event{ID: chat.ID{Epoch: "e", Seq: 9}, Time: noon.Add(after), Body: chat.NewUpdate(7, "make", chat.Status{State: state})}
	}
	for _, c := range []struct {
		after   time.Duration
		state   chat.Condition
		written bool
	}{
		{time.Second, chat.Running, true}, {2 * time.Second, chat.Running, false}, {3 * time.Second, chat.Running, true},
		{4 * time.Second, chat.Running, false}, {4 * time.Second, chat.Ended, true},
	} {
		ev := update(c.after, c.state)
		if got := len(rows.changedBy(ev)) > 0; got != c.written {
			t.Errorf("%s %s: written again: %v", c.after, c.state, got)
		}
		if c.written {
			m.Edited = ev.Time
			rows.add(&m)
		}
	}
}

// Feeds, transcripts and browsers without script are told how it stands.
func TestStatusIsToldEverywhere(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, chat.Message{Text: "full"}, chat.NewUpdate(1, "fuller", chat.Status{State: chat.Firing}), chat.NewUpdate(1, "empty", chat.Status{State: chat.Resolved}))
	for path, want := range map[string]string{
		"/rooms/lobby.json": `"tags":["resolved"]`,
		"/rooms/lobby.atom": `<category term="resolved"></category>`,
		"/rooms/lobby":      ": empty (Resolved)\n",
	} {
		if got := ask(s, path, http.Header{"Accept": {"text/plain"}}).Body.String(); !strings.Contains(got, want) {
			t.Errorf("%s lacks %q:\n%s", path, want, got)
		}
	}
	w := ask(s, "/rooms/lobby/messages/"+chat.ID{Epoch: s.Store.Epoch(), Seq: 1}.String()+"/versions", http.Header{"Accept": {"text/html"}})
	if got := w.Body.String(); !strings.Contains(got, ": full\n") || !strings.Contains(got, ": fuller (Firing)\n") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("its versions are\n%s", got)
	}
}

// A question has buttons while it is open, shut for those who are not asked; and a line afterwards.
func TestQuestionOnAPage(t *testing.T) {
	m := said(7, "ci", "Deploy?", noon)
	m.Ask = &views.Question{Ask: chat.Ask{Of: 7, Choices: "yes\n<no>", From: "Ben"}}
	wantMarkup(t, renderMessage(t, roomView{Room: "tea", UserName: "ben"}.message(newMessageView(&m))),
		`<form class="choices" method="post" action="/rooms/tea/asks/e-7/answer"><button class="choice" name="choice" value="yes"><span`,
		`value="&lt;no&gt;"`, "Only Ben can answer.")
	wantMarkup(t, renderMessage(t, roomView{Room: "tea", UserName: "Ann"}.message(newMessageView(&m))), `value="yes" disabled>`)
	m.Ask.Answered, m.Ask.Choice, m.Ask.By, m.Ask.At = 9, "yes", "Ben", noon
	page := renderMessage(t, roomView{Room: "tea"}.message(newMessageView(&m)))
	wantMarkup(t, page, `<p class="ask-outcome"><span dir="auto">Ben answered: yes</span>`)
	if strings.Contains(page, "<form") {
		t.Errorf("it can be answered again:\n%s", page)
	}
}
