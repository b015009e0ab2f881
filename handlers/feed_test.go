package handlers

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plainchat/chat"
	"plainchat/views"
)

// The newest messages are told as they stand: edited, and not what was deleted.
func TestFeeds(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, append(aStory[:len(aStory):len(aStory)], chat.RoomState{Topic: "tea & <cake>"})...)
	if err := s.Service.Facts.Await(t.Context(), uint64(len(aStory)+1)); err != nil {
		t.Fatal(err)
	}
	base := "http://example.com/rooms/lobby"
	const atom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>BASE</id><title>lobby · plainchat</title><subtitle>tea &amp; &lt;cake&gt;</subtitle><updated>T</updated>` +
		`<link rel="self" type="application/atom+xml" href="BASE.atom"></link><link rel="alternate" type="text/html" href="BASE"></link>` +
		`<entry><id>BASE/messages/e-10</id><title>p9: five</title><updated>T</updated><published>T</published><author><name>p9</name></author><link rel="alternate" type="text/html" href="BASE/messages/e-10"></link><content type="html">five</content></entry>` +
		`<entry><id>BASE/messages/e-4</id><title>p3: four</title><updated>T</updated><published>T</published><author><name>p3</name></author><link rel="alternate" type="text/html" href="BASE/messages/e-4"></link><content type="html">four</content></entry>` +
		`<entry><id>BASE/messages/e-3</id><title>p2: three</title><updated>T</updated><published>T</published><author><name>p2</name></author><link rel="alternate" type="text/html" href="BASE/messages/e-3"></link><content type="html">three</content></entry>` +
		`<entry><id>BASE/messages/e-2</id><title>p1: two, better</title><updated>T</updated><published>T</published><author><name>p1</name></author><link rel="alternate" type="text/html" href="BASE/messages/e-2"></link><content type="html">&lt;br&gt;&#xA;two, better&lt;br&gt;&#xA;lines</content></entry></feed>` + "\n"
	if got := told(t, s, "/rooms/lobby.atom", http.Header{}); got != strings.ReplaceAll(atom, "BASE", base) {
		t.Errorf("the feed is\n%s", got)
	}
	const feed = `{"version":"https://jsonfeed.org/version/1.1","title":"lobby · plainchat","home_page_url":"BASE","feed_url":"BASE.json","description":"tea & <cake>","items":[` +
		`{"id":"BASE/messages/e-10","url":"BASE/messages/e-10","title":"p9: five","content_text":"five","date_published":"T","date_modified":"T","authors":[{"name":"p9"}]},` +
		`{"id":"BASE/messages/e-4","url":"BASE/messages/e-4","title":"p3: four","content_text":"four","date_published":"T","date_modified":"T","authors":[{"name":"p3"}]},` +
		`{"id":"BASE/messages/e-3","url":"BASE/messages/e-3","title":"p2: three","content_text":"three","date_published":"T","date_modified":"T","authors":[{"name":"p2"}]},` +
		`{"id":"BASE/messages/e-2","url":"BASE/messages/e-2","title":"p1: two, better","content_text":"\ntwo, better\nlines","date_published":"T","date_modified":"T","authors":[{"name":"p1"}]}]}` + "\n"
	if got := told(t, s, "/rooms/lobby.json", http.Header{}); got != strings.ReplaceAll(feed, "BASE", base) {
		t.Errorf("the feed is\n%s", got)
	}
}

// Whoever has the feed is told so, until anything in it is another.
func TestFeedsAreNotSentTwice(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	happen(t, s, chat.Message{Text: "one"}, chat.Message{Text: "two"})
	for _, path := range []string{"/rooms/lobby.atom", "/rooms/lobby.json"} {
		first := ask(s, path, http.Header{})
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		for _, header := range []http.Header{{"If-None-Match": {tag}}, {"If-None-Match": {`"x", ` + tag}}, {"If-Modified-Since": {modified}}} {
			if w := ask(s, path, header); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s with %v: %d %s", path, header, w.Code, w.Body)
			}
		}
		if _, err := http.ParseTime(modified); err != nil || first.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: the header is %v", path, first.Header())
		}
	}
	tag := ask(s, "/rooms/lobby.atom", http.Header{}).Header().Get("ETag")
	for _, body := range []chat.Body{chat.Edit{Of: 1, Text: "better"}, chat.Delete{Of: 2}, chat.Message{Text: "three"}} {
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "p0"}, Body: body}); err != nil {
			t.Fatal(err)
		}
		w := ask(s, "/rooms/lobby.atom", http.Header{"If-None-Match": {tag}})
		if w.Code != http.StatusOK || w.Header().Get("ETag") == tag {
			t.Errorf("after %T: %d", body, w.Code)
		}
		tag = w.Header().Get("ETag")
	}
}

// A room in which nothing was written has a feed, so that one can subscribe to it before.
func TestEmptyFeeds(t *testing.T) {
	s := newUnlistened(t, 0)
	var atom atomFeed
	if err := xml.Unmarshal(ask(s, "/rooms/tea.atom", http.Header{}).Body.Bytes(), &atom); err != nil || atom.Updated != "1970-01-01T00:00:00.000Z" || len(atom.Entries) != 0 {
		t.Errorf("%+v, %v", atom, err)
	}
	if got := ask(s, "/rooms/tea.json", http.Header{}).Body.String(); !strings.Contains(got, `"items":[]`) {
		t.Error(got)
	}
}

// Long messages leave room for no others, and cost nothing once they are read.
func TestFeedsAreBounded(t *testing.T) {
	for name, text := range worstTexts {
		s := newUnlistened(t, 0)
		built(t, s)
		for range defaultLimit {
			happen(t, s, chat.Message{Text: text})
		}
		for _, path := range []string{"/rooms/lobby.atom", "/rooms/lobby.json"} {
			if n := ask(s, path, http.Header{}).Body.Len(); n > answerBytes+16<<10 || n < answerBytes/2 {
				t.Errorf("%s with %s: %d bytes", path, name, n)
			}
		}
		if held := s.unread.Held(); held != 0 {
			t.Errorf("%d bytes are counted for answers that have been read", held)
		}
	}
}

// Whatever is written, a feed can be read, and shows that and nothing else.
func FuzzFeeds(f *testing.F) {
	for _, seed := range []string{"hello", "]]><entry/>", "<b>&amp;</b>\n\"'", "\x01\ufffe\U0010ffff", "안녕", "&lt;script&gt;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		m := views.Message{Event: chat.Event{Room: "tea", Time: time.Unix(1, 0), From: chat.Person{Name: chat.Name(text)}, Body: chat.Message{Text: text}}}
		source := feed{Room: "tea", Topic: text, Home: "http://x/rooms/tea"}
		source.Entries = []feedEntry{source.entry(&m)}
		body, err := encodeAtom(source)
		if err != nil {
			t.Fatal(err)
		}
		var atom atomFeed
		if err := xml.Unmarshal(body, &atom); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		shown := html.UnescapeString(strings.ReplaceAll(atom.Entries[0].Content.Text, "<br>\n", "\n"))
		if readable := strings.Map(inXML, text); shown != readable || atom.Entries[0].Author != readable {
			t.Errorf("%q is told as %q by %q", text, shown, atom.Entries[0].Author)
		}
		var list struct {
			Items []struct {
				Text string `json:"content_text"`
			}
		}
		body, err = encodeJSONFeed(source)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &list); err != nil || list.Items[0].Text != text {
			t.Errorf("%q is told as %+v, %v", text, list, err)
		}
	})
}

// inXML is a character as XML can have it (XML 1.0, section 2.2).
func inXML(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000:
		return r
	}
	return '\ufffd'
}
