package search_test

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/search"
	"plainchat/views/viewstest"
)

// open returns an index of a log, in a file of its own.
func open(t testing.TB, log *viewstest.Log) (*search.Index, *views.Projector, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "search.db")
	p := views.Start(views.Options{Path: path, Log: log, Views: []views.View{search.View{}}, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { p.Close() })
	viewstest.Settle(t, p)
	return search.New(p), p, path
}

func find(t testing.TB, x *search.Index, q search.Query) []uint64 {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	found, _, err := x.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return found
}

func wantFound(t *testing.T, x *search.Index, text string, want ...uint64) {
	t.Helper()
	if got := find(t, x, search.Query{Text: text}); !slices.Equal(got, want) {
		t.Errorf("%q finds %d, want %d", text, got, want)
	}
}

// TestFind: each message is found by its queries, and by no other.
func TestFind(t *testing.T) {
	texts := []struct {
		text    string
		queries []string
	}{
		{"Is there green tea?", []string{"tea", "TEA", "green tea", "tea green", `"green tea"`, "gre* te*", "is there", "tea!", "(tea)", `"green`, "t* tea"}},
		{"tea of a green leaf", []string{"tea", "TEA", "green tea", "tea green", "gre* te*", `"green`, "leaf", "tea!", "(tea)", "t* tea"}},
		{"안녕하세요 여러분", []string{"안녕", "녕하", "안녕하세요", "하세", "안", "요", "분", `"안녕하세요 여러"`, `"하세요 여"`, "여러분 안녕", "안녕*"}},
		{"東京タワーに行きました", []string{"東京", "タワー", "行きました", "京タ", "京", "ー"}},
		{"Straße in Zürich, CAFÉ", []string{"strasse", "STRASSE", "zurich", "Zürich", "café", "cafe", "zu*", "Café*"}},
		{"ｆｕｌｌｗｉｄｔｈ ｶﾀｶﾅ ㎏", []string{"fullwidth", "カタカナ", "kg", "タカ"}},
		{"see https://example.com/a_b?q=1", []string{"example.com", "https://example.com/a_b?q=1", "a_b", "q=1", "exam*"}},
		{"мой ключ Ёлка", []string{"мой", "КЛЮЧ", "ёлка", "клю*"}},
		{"🎉 party 👍🏽", []string{"🎉", "👍", "party", "🎉 party"}},
		{"हिन्दी में", []string{"हिन्दी", "में", "हिन्*"}},
		{"it's done: 第3章 ok", []string{"it's", "done", "第3章", "章", `"章 ok"`}},
	}
	log := viewstest.New()
	for _, m := range texts {
		log.Say("r", m.text)
	}
	x, _, _ := open(t, log)
	for _, m := range texts {
		for _, q := range m.queries {
			var want []uint64
			for j, other := range slices.Backward(texts) {
				if slices.Contains(other.queries, q) {
					want = append(want, uint64(j+1))
				}
			}
			wantFound(t, x, q, want...)
			for j, other := range texts {
				query := search.Query{Text: q}
				if got, found := query.Holds(other.text), slices.Contains(want, uint64(j+1)); got != found {
					t.Errorf("%q holds %q: %t", other.text, q, got)
				}
			}
		}
	}
	for _, q := range []string{"te", "teas", `"tea green"`, "하안", "세여", `"여러분 안녕"`, "zur", "party*s", "мо", "녕안", "京東"} {
		wantFound(t, x, q)
	}
}

func TestFilters(t *testing.T) {
	log := viewstest.New()
	log.Append("a", "Ann", chat.Message{Text: "tea"})
	log.Append("b", "Ann", chat.Message{Text: "tea"})
	log.Append("a", "Bob", chat.Message{Text: "tea", ReplyTo: 1})
	log.Append("c", "ANN", chat.Message{Text: "tea, water"})
	log.Append("a", "Ann", chat.Message{Text: "water"})
	x, _, _ := open(t, log)
	for _, c := range []struct {
		q    search.Query
		want []uint64
		more bool
	}{
		{search.Query{Text: "tea"}, []uint64{4, 3, 2, 1}, false},
		{search.Query{Text: "tea", Rooms: []chat.Room{"a"}}, []uint64{3, 1}, false},
		{search.Query{Text: "tea", Rooms: []chat.Room{"a", "c"}}, []uint64{4, 3, 1}, false},
		{search.Query{Text: "tea", Rooms: []chat.Room{"none"}}, nil, false},
		{search.Query{Text: "tea", From: "ann"}, []uint64{4, 2, 1}, false},
		{search.Query{From: "Ann", Rooms: []chat.Room{"a"}}, []uint64{5, 1}, false},
		{search.Query{Text: "tea", After: 1, Before: 4}, []uint64{3, 2}, false},
		{search.Query{Text: "tea", Limit: 2}, []uint64{4, 3}, true},
		{search.Query{Text: "tea", Limit: 2, Before: 3}, []uint64{2, 1}, false},
		{search.Query{Text: "tea", Limit: -1}, nil, false},
		{search.Query{Text: "tea", After: 1 << 63, Before: 1<<64 - 1}, nil, false},
	} {
		if c.q.Limit == 0 {
			c.q.Limit = 100
		}
		found, more, err := x.Find(t.Context(), c.q)
		if err != nil || !slices.Equal(found, c.want) || more != c.more {
			t.Errorf("%+v finds %d, %t, %v; want %d, %t", c.q, found, more, err, c.want, c.more)
		}
	}
}

// An edit replaces the words of a message, and a deletion removes them.
func TestChanges(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one apple", "one pear")
	x, p, _ := open(t, log)
	log.Append("r", "Ann", chat.Edit{Of: 1, Text: "one plum"})
	log.Append("r", "Bob", chat.Reaction{Of: 1, Emoji: "👍"})
	viewstest.Settle(t, p)
	wantFound(t, x, "apple")
	wantFound(t, x, "plum", 1)
	wantFound(t, x, "one", 2, 1)
	if got := find(t, x, search.Query{Text: "plum", From: "Ann", Rooms: []chat.Room{"r"}}); !slices.Equal(got, []uint64{1}) {
		t.Errorf("the edited message has lost its room or sender: %d", got)
	}
	log.Append("r", "Ann", chat.Edit{Of: 1, Text: "one fig"})
	log.Append("r", "Ann", chat.Delete{Of: 2})
	log.Append("r", "Ann", chat.Edit{Of: 77, Text: "nothing"})
	log.Append("r", "Ann", chat.Delete{Of: 2})
	viewstest.Settle(t, p)
	wantFound(t, x, "pear")
	wantFound(t, x, "plum")
	wantFound(t, x, "nothing")
	wantFound(t, x, "one", 1)
}

// The words of a message that grows are found once it has ended, or is lost, and then those alone.
func TestGrowing(t *testing.T) {
	log := viewstest.New()
	x, p, _ := open(t, log)
	of := log.Say("r", "begun")
	grow := func(text string, state chat.Condition) {
		log.Append("r", "Ann", chat.NewUpdate(of, text, chat.Status{State: state}))
		viewstest.Settle(t, p)
	}
	grow("halfway", chat.Running)
	wantFound(t, x, "begun", of)
	wantFound(t, x, "halfway")
	grow("halfway", chat.Lost)
	wantFound(t, x, "halfway", of)
	grow("nearly", chat.Running)
	grow("over", chat.Ended)
	wantFound(t, x, "over", of)
	for _, word := range []string{"begun", "halfway", "nearly"} {
		wantFound(t, x, word)
	}
}

func TestRefusedQueries(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "tea")
	x, _, _ := open(t, log)
	for text, want := range map[string]error{
		"": search.ErrNoWords, " \t": search.ErrNoWords, "*": search.ErrNoWords, `""`: search.ErrNoWords, "?!": search.ErrNoWords, "\x00": search.ErrNoWords,
		strings.Repeat("a", 257): search.ErrTooLong, strings.Repeat("a ", 13): search.ErrTooLong,
	} {
		if _, _, err := x.Find(t.Context(), search.Query{Text: text, Limit: 1}); err != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// FuzzQuery: whatever is typed is a query that FTS5 can read, and what a message consists of
// finds it.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{
		`tea`, `"green tea" le*`, `안녕 "하세요`, `a OR b`, `NEAR(a b, 3)`, `words : a`, `{words} : a`, `^a`, `a NOT b`, `a + b`, `-a`, `'); DROP`, `"a" "b`, "*", `""*`, `"*"`,
		"\xff\xfe", "\ue000abc", "\u0301", "ａ＂ｂ", "가", "ー", "1️⃣", "\u1fef", "İ", "ŉ", "a\x00b", "ﷺ", "ㅋㅋㅋ", "𠮷野家",
	} {
		f.Add(s)
	}
	log := viewstest.New()
	x, p, _ := open(f, log)
	f.Fuzz(func(t *testing.T, typed string) {
		_, _, err := x.Find(t.Context(), search.Query{Text: typed, Limit: 10})
		if err != nil && err != search.ErrNoWords && err != search.ErrTooLong {
			t.Fatalf("%q: %v", typed, err)
		}
		text, parseErr := chat.ParseText(typed)
		if err != nil || parseErr != nil || strings.ContainsAny(typed, `"*`) {
			return
		}
		seq := log.Say("r", text)
		viewstest.Settle(t, p)
		found, _, err := x.Find(t.Context(), search.Query{Text: typed, Limit: 1})
		if err != nil || !slices.Equal(found, []uint64{seq}) {
			t.Errorf("%q finds %d, %v; want %d", typed, found, err, seq)
		}
	})
}
