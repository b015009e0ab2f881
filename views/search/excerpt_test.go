package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// marked returns an excerpt with what matched in brackets.
func marked(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// What is marked is what the index has found, by its own rules.
func TestExcerpt(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"Is there green tea?", "tea", "Is there green [tea]?"},
		{"Is there green tea?", "TEA green", "Is there [green] [tea]?"},
		{"Is there green, tea?", `"green tea"`, "Is there [green, tea]?"},
		{"teas and teapots, tea", "tea", "teas and teapots, [tea]"},
		{"teas and teapots, tea", "tea*", "[teas] and [teapots], [tea]"},
		{"안녕하세요 여러분", "녕하세", "안[녕하세]요 여러분"},
		{"안녕하세요 여러분", "요", "안녕하세[요] 여러분"},
		{"안녕하세요 여러분", "안", "[안]녕하세요 여러분"},
		{"안녕하세요 여러분", "안녕 녕하", "[안녕하]세요 여러분"},
		{"안녕하세요 여러분", `"하세요 여"`, "안녕[하세요 여]러분"},
		{"\u110b\u1161\u11ab\u1102\u1167\u11bc tea", "안녕", "[\u110b\u1161\u11ab\u1102\u1167\u11bc] tea"},
		{"東京タワーに", "京タ", "東[京タ]ワーに"},
		{"Straße in Zürich, CAFE\u0301!", "strasse cafe", "[Straße] in Zürich, [CAFE\u0301]!"},
		{"ｆｕｌｌ ㎏ ½", "full kg", "[ｆｕｌｌ] [㎏] ½"},
		{"🎉 party 👍🏽", "👍", "🎉 party [👍]🏽"},
		{"two\n\nlines  of tea", "lines", "two [lines] of tea"},
		{"tea tea", "tea", "[tea] [tea]"},
		{"nothing here", "tea", "nothing here"},
		{"by a sender", "", "by a sender"},
		{"<b>tea</b>", "tea", "<b>[tea]</b>"},
		{"", "tea", ""},
	} {
		if got := marked((&Query{Text: c.query}).Excerpt(c.text)); got != c.want {
			t.Errorf("%q in %q is %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

// An excerpt is cut around what matched, where the most of it is.
func TestExcerptOfLongText(t *testing.T) {
	filler := strings.Repeat("leaf ", 200)
	q := Query{Text: "green tea"}
	got := marked(q.Excerpt(filler + "green " + filler + "green tea " + filler))
	if !strings.HasPrefix(got, "…leaf") || !strings.HasSuffix(got, "leaf …") || !strings.Contains(got, " [green] [tea] ") {
		t.Errorf("%q", got)
	}
	for _, text := range []string{strings.Repeat("나", 500) + "차" + strings.Repeat("나", 500), strings.Repeat("👩‍👩‍👧", 100) + "차" + strings.Repeat("👩‍👩‍👧", 100)} {
		q := Query{Text: "차"}
		got := marked(q.Excerpt(text))
		whole := strings.Trim(got, "… ")
		if !strings.Contains(got, "[차]") || len(got) > 2*excerptSize || !utf8.ValidString(got) || !strings.HasPrefix(got, "…") {
			t.Errorf("%q", got)
		}
		if first, _ := utf8.DecodeRuneInString(whole); first == '\u200d' {
			t.Errorf("an emoji is cut: %q", got)
		}
	}
	if got := marked((&Query{}).Excerpt(filler)); !strings.HasPrefix(got, "leaf") || len(got) > excerptSize+10 || !strings.HasSuffix(got, "leaf …") {
		t.Errorf("without a query, %q", got)
	}
}

// FuzzExcerpt: whatever holds a query has something marked, and an excerpt is short and of the text.
func FuzzExcerpt(f *testing.F) {
	f.Add("Is there green tea?", `"green tea" i*`)
	f.Add("\u110b\u1161\u11ab녕 ｆｕｌｌ", "안녕 full")
	f.Add(strings.Repeat("요", 300), "요")
	f.Fuzz(func(t *testing.T, text, typed string) {
		if !utf8.ValidString(text) || !utf8.ValidString(typed) {
			return
		}
		q := Query{Text: typed}
		isMarked := false
		for _, p := range q.Excerpt(text) {
			isMarked = isMarked || p.Match
			if p.Text == "" || !utf8.ValidString(p.Text) {
				t.Errorf("%q in %q has a part %q", typed, text, p.Text)
			}
		}
		if terms, err := q.terms(); err == nil && len(terms) > 0 && q.Holds(text) && !isMarked {
			t.Errorf("nothing is marked for %q in %q", typed, text)
		}
	})
}
