package handlers

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/search"
)

// searchable is a house whose messages can be searched.
type searchable struct{ *house }

func newSearchable(t *testing.T) searchable {
	h := newHouse(t)
	index := views.Start(views.Options{
		Path: filepath.Join(t.TempDir(), "search.db"), Log: h.Store.(*store.SQLite),
		Views: []views.View{search.View{}}, Logger: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(func() { index.Close() })
	h.Search = index
	h.index = search.New(h.Search)
	return searchable{h}
}

// finds asks for what is found once the index has all that was written, as texts.
func (s searchable) finds(who string, parameters ...string) (texts []string, link string) {
	s.t.Helper()
	_, last, err := s.Store.Bounds(s.t.Context())
	for moved := s.Search.Moved(); !s.Search.Ready(); moved = s.Search.Moved() {
		<-moved
	}
	if err == nil {
		err = s.Search.Await(s.t.Context(), last)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	query := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		query.Add(parameters[i], parameters[i+1])
	}
	w := s.want(200, "", who, http.MethodGet, "/search?"+query.Encode(), "")
	var answer struct {
		Messages []struct{ Message string }
		More     bool
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.More != (w.Header().Get("Link") != "") {
		s.t.Fatalf("%s, %v", w.Body, err)
	}
	for _, m := range answer.Messages {
		texts = append(texts, m.Message)
	}
	return texts, w.Header().Get("Link")
}

func (s searchable) wantFound(want string, who string, parameters ...string) {
	s.t.Helper()
	if got, _ := s.finds(who, parameters...); strings.Join(got, "|") != want {
		s.t.Errorf("%s with %q finds %q, want %q", who, parameters, got, want)
	}
}

func TestSearch(t *testing.T) {
	s := newSearchable(t)
	first := s.say("ann", "tea", "Ann", "Is there green tea?")
	s.say("ben", "tea", "Ben", "커피를 마시고 싶어요")
	secret := s.say("ann", "tea", "Ann", "a secret")
	s.say("nobody", "builds", "bot", "green: build 1742")
	s.wantFound("green: build 1742|Is there green tea?", "nobody", "q", "GREEN")
	s.wantFound("Is there green tea?", "nobody", "q", `"green tea"`)
	s.wantFound("", "nobody", "q", `"tea green"`)
	s.wantFound("커피를 마시고 싶어요", "nobody", "q", "마시")
	s.wantFound("커피를 마시고 싶어요", "nobody", "q", "커")
	s.wantFound("green: build 1742", "nobody", "q", "gre*", "room", "builds")
	s.wantFound("Is there green tea?", "nobody", "q", "green", "from", "ann")
	s.wantFound("green: build 1742", "nobody", "q", "green", "since", first[strings.LastIndex(first, "/")+1:])
	s.wantFound("green: build 1742|Is there green tea?", "nobody", "q", "green", "since", "10m")
	s.wantFound("", "nobody", "q", `") OR 1 --`)

	s.want(200, "", "ann", http.MethodPatch, first, "Is there white tea?")
	s.wantFound("Is there white tea?", "nobody", "q", "white")
	s.wantFound("green: build 1742", "nobody", "q", "green")
	s.want(200, "", "ann", http.MethodDelete, secret, "")
	s.wantFound("", "nobody", "q", "secret")
}

// Each message is found once, however small the pages.
func TestSearchPages(t *testing.T) {
	s := newSearchable(t)
	var want []string
	for _, n := range strings.Fields("one two three four five six seven") {
		s.say("nobody", "tea", "bot", "tea "+n)
		want = append([]string{"tea " + n}, want...)
	}
	var got []string
	for next := "/search?q=tea&limit=3"; next != ""; {
		query, err := url.ParseQuery(next[strings.Index(next, "?")+1:])
		if err != nil {
			t.Fatal(err)
		}
		var parameters []string
		for name := range query {
			parameters = append(parameters, name, query.Get(name))
		}
		page, link := s.finds("nobody", parameters...)
		got = append(got, page...)
		next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("found %q, want %q", got, want)
	}
	w := s.want(200, "", "nobody", http.MethodGet, "/search?q=four&context=1", "")
	if body := w.Body.String(); !strings.Contains(body, `"before":[{`) || !strings.Contains(body, "tea three") || !strings.Contains(body, "tea five") || strings.Contains(body, "tea two") {
		t.Errorf("with those around it: %s", body)
	}
}

// A token finds what it may read, and no more.
func TestSearchRights(t *testing.T) {
	s := newSearchable(t)
	s.people["tea only"] = s.token(`{"name":"t","room":"tea","read":true}`)
	s.people["writer"] = s.token(`{"name":"w","write":true}`)
	s.say("nobody", "tea", "bot", "words here")
	s.say("nobody", "builds", "bot", "words there")
	s.wantFound("words here", "tea only", "q", "words")
	s.wantFound("words there|words here", "reader", "q", "words")
	s.want(403, "token_room", "tea only", http.MethodGet, "/search?q=words&room=builds", "")
	s.want(403, "token_write", "writer", http.MethodGet, "/search?q=words", "")
	s.want(401, "token_invalid", "forged", http.MethodGet, "/search?q=words", "")
}

func TestRefusedSearches(t *testing.T) {
	s := newSearchable(t)
	for _, query := range []string{"", "q=", "q=%3F%21", "q=x&limit=0", "q=x&limit=101", "q=x&context=4", "q=x&since=yesterday", "q=x&before=1", "q=x&room=%2F", "q=x&from=%00", "q=" + strings.Repeat("x", 257)} {
		s.want(422, "invalid", "nobody", http.MethodGet, "/search?"+query, "")
	}
	s.Search = nil
	s.want(404, "search_off", "nobody", http.MethodGet, "/search?q=x", "")
}

// Whoever searches while the index is being made is told so.
func TestSearchWhileItIsBuilt(t *testing.T) {
	h := newHouse(t)
	h.say("nobody", "tea", "bot", "words")
	h.Search = views.Start(views.Options{
		Path: filepath.Join(t.TempDir(), "no", "folder", "search.db"), Log: h.Store.(*store.SQLite),
		Views: []views.View{search.View{}}, Logger: slog.New(slog.DiscardHandler),
	})
	defer h.Search.Close()
	h.index = search.New(h.Search)
	w := h.want(503, "search_building", "nobody", http.MethodGet, "/search?q=words", "")
	if w.Header().Get("Retry-After") == "" {
		t.Error("it does not say when to come again")
	}
	h.people["browser"] = func(r *http.Request) { r.Header.Set("Accept", typeHTML) }
	page := h.want(503, "", "browser", http.MethodGet, "/search?q=words&room=tea", "")
	if page.Header().Get("Refresh") == "" || !strings.Contains(page.Body.String(), "0 % of it is there") || !strings.Contains(page.Body.String(), `value="words"`) {
		t.Errorf("a browser is told %s", page.Body)
	}
}

// A browser is told what is wrong on the page of the search, and keeps what was typed.
func TestRefusedSearchesOnThePage(t *testing.T) {
	s := newSearchable(t)
	s.people["browser"] = func(r *http.Request) { r.Header.Set("Accept", typeHTML) }
	long := strings.Repeat("x", 257)
	for query, part := range map[string]string{"q=" + long: `value="` + long + `"`, "q=tea&since=yesterday": `value="tea"`} {
		page := s.want(422, "", "browser", http.MethodGet, "/search?"+query, "").Body.String()
		if !strings.Contains(page, part) || !strings.Contains(page, `<p class="search-problem" role="status">The `) {
			t.Errorf("%s: %s", query, page)
		}
	}
	s.Search = nil
	if page := s.want(404, "", "browser", http.MethodGet, "/search?q=tea", "").Body.String(); !strings.Contains(page, "This server keeps no search index") {
		t.Errorf("without an index: %s", page)
	}
}

// behind is a log of which a follower is not given all yet.
type behind struct {
	*store.SQLite
	last uint64
}

func (b behind) Bounds(ctx context.Context) (first, last uint64, err error) {
	first, last, err = b.SQLite.Bounds(ctx)
	return first, min(last, b.last), err
}

func (b behind) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ev, err := range b.SQLite.Tail(ctx, after) {
			if err == nil && ev.ID.Seq > b.last {
				<-ctx.Done()
				return
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// While the index lags, a message is not found by words that it has no more.
func TestSearchBehindAnEdit(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "green tea")
	h.say("ann", "tea", "Ann", "more green tea")
	log := h.Store.(*store.SQLite)
	_, last, err := log.Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.Search = views.Start(views.Options{
		Path: filepath.Join(t.TempDir(), "search.db"), Log: behind{log, last}, Views: []views.View{search.View{}}, Logger: slog.New(slog.DiscardHandler),
	})
	defer h.Search.Close()
	h.index = search.New(h.Search)
	s := searchable{h}
	s.wantFound("more green tea|green tea", "nobody", "q", "green")
	h.want(200, "", "ann", http.MethodPatch, message, "black tea")
	found := func(word string) string {
		return textsOf(h.want(200, "", "nobody", http.MethodGet, "/search?q="+word, ""))
	}
	if got := found("green"); got != "more green tea" {
		t.Errorf("by a word that it had: %s", got)
	}
	if got := found("tea"); got != "more green tea|black tea" {
		t.Errorf("by a word that it still has: %s", got)
	}
}

// What is found comes with the part of it that was found: without marks, unless it is in them.
func TestSearchExcerpts(t *testing.T) {
	s := newSearchable(t)
	s.say("ann", "tea", "Ann", strings.Repeat("leaf\n", 100)+"**green** [tea](https://example.com/menu)")
	for query, want := range map[string]string{
		"green": `leaf "},{"text":"green","match":true},{"text":" tea"}]`,
		"menu":  `**green** [tea](https://example.com/"},{"text":"menu","match":true},{"text":")"}]`,
	} {
		s.finds("nobody", "q", query)
		body := s.want(200, "", "nobody", http.MethodGet, "/search?q="+query, "").Body.String()
		if !strings.Contains(body, `"excerpt":[{"text":"…leaf `) || !strings.Contains(body, want) {
			t.Errorf("%q finds %s", query, body)
		}
	}
}

// textsOf are the texts of the messages in an answer.
func textsOf(w *httptest.ResponseRecorder) string {
	var page struct{ Messages []struct{ Message string } }
	_ = json.Unmarshal(w.Body.Bytes(), &page) // then there are none
	var all []string
	for _, m := range page.Messages {
		all = append(all, m.Message)
	}
	return strings.Join(all, "|")
}

func TestSearchPage(t *testing.T) {
	s := newSearchable(t)
	s.people["browser"] = func(r *http.Request) { r.Header.Set("Accept", typeHTML) }
	message := s.say("nobody", "tea", "bot", "some <b>words</b>")
	s.finds("nobody", "q", "words")
	for query, parts := range map[string][]string{
		"":                  {`<input id="q"`},
		"q=words":           {`href="` + message + `"`, "some &lt;b&gt;<mark>words</mark>&lt;/b&gt;", `value="words"`},
		"q=words&room=tea":  {`name="room" value="tea"`, "Search all rooms"},
		"q=nothing&room=":   {"Nothing was found"},
		"q=%22%3E%3Cscript": {"&gt;&lt;script"},
	} {
		body := s.want(200, "", "browser", http.MethodGet, "/search?"+query, "").Body.String()
		for _, part := range parts {
			if !strings.Contains(body, part) {
				t.Errorf("?%s lacks %q: %s", query, part, body)
			}
		}
	}
}

func TestDocumentIsServed(t *testing.T) {
	h := newHouse(t)
	if body := h.want(200, "", "nobody", http.MethodGet, "/openapi.yaml", "").Body.String(); !strings.HasPrefix(body, "openapi: 3.1") {
		t.Errorf("it begins with %.100q", body)
	}
	if link := h.want(200, "", "nobody", http.MethodGet, "/", "").Header().Get("Link"); !strings.Contains(link, "</openapi.yaml>") {
		t.Errorf("/ leads to %q", link)
	}
}
