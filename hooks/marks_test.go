package hooks

import (
	"strings"
	"testing"
	"unicode/utf8"

	"plainchat/chat"
	"plainchat/richtext"
)

// shownText is what a page shows of a text, without marks; and whether somebody is mentioned in it.
func shownText(text string) (shown string, mentions bool) {
	tree := richtext.Parse(text)
	if tree == nil {
		return text, len(chat.Mentions(text)) > 0
	}
	var all strings.Builder
	var walk func([]richtext.Node)
	walk = func(nodes []richtext.Node) {
		for _, n := range nodes {
			mentions = mentions || n.Type == richtext.Mention
			if n.Type == richtext.Text {
				all.WriteString(n.Value)
			}
			walk(n.Children)
		}
	}
	walk(tree)
	return all.String(), mentions || len(chat.Mentions(text)) > 0
}

var strange = []string{
	"a *b* **c** _d_ __e__ ~~f~~ `g` ``h`` snake_case_name 2*3*4", "*", "**", "`", "~~", "_", "_a", "a_", "@everyone @\"Ann Lee\" (@ann) *@ben*",
	`back\slash \* \@ann \\@ann \\\@ann \_`, "[a](https://evil.example/) ![b](c)", "<b>&amp;", "백업*완료*입니다 @홍길동", "> quote", "- list", "1. one", "a\nb\r\n@c", "`@ann", "mail ann@example.org",
}

// What strangers write is shown as they wrote it, mentions nobody, and leaves the marks around it whole.
func TestPlain(t *testing.T) {
	for _, s := range strange {
		want := strings.Join(strings.Fields(s), " ")
		shown, mentions := shownText("x: " + plain(s))
		shown = strings.ReplaceAll(shown, joiner, "")
		if !strings.Contains(s, "](") && shown != "x: "+want || mentions {
			t.Errorf("%q is written as %q, shown as %q, with a mention: %v", s, plain(s), shown, mentions)
		}
		if shown, mentions := shownText(link(s, "https://git.example/1")); mentions {
			t.Errorf("%q in a link is shown as %q, with a mention", s, shown)
		}
		if _, mentions := shownText("before\n" + quote(s, 100)); mentions {
			t.Errorf("%q in a quote has a mention", s)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range strange {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, written := range []string{plain(s), bold(s), link(s, "https://git.example/"), "x\n" + quote(s, 50)} {
			if _, mentions := shownText(written); mentions || !utf8.ValidString(written) {
				t.Errorf("%q is written as %q", s, written)
			}
		}
	})
}

func TestLink(t *testing.T) {
	for _, each := range []struct{ label, address, want string }{
		{"a", "https://x.example/?a=(1)", "[a](https://x.example/?a=%281%29)"},
		{"a", "javascript:alert(1)", "a"},
		{"a", "/relative", "a"},
		{"a", "https://x.example/a b", "[a](https://x.example/a%20b)"},
		{"a", "", "a"},
		{"", "https://x.example/", "https://x.example/"},
		{"[a] b", "https://x.example/", "[[a] b](https://x.example/)"},
		{"a] b [", "https://x.example/", "[a) b (](https://x.example/)"},
		{"[a](https://evil.example/)", "https://x.example/", "[(a)(https://evil.example/)](https://x.example/)"},
	} {
		if got := link(each.label, each.address); got != each.want {
			t.Errorf("link(%q, %q) = %q, want %q", each.label, each.address, got, each.want)
		}
	}
}

func TestMrkdwn(t *testing.T) {
	for text, want := range map[string]string{
		"*a* *b*, x*y*z 2*3": "**a** **b**, x*y*z 2*3", "**a**": "**a**", "~a~ ~/bin": "~~a~~ ~/bin", "* a\n* b": "* a\n* b",
		"`*a* &lt;` *b*": "`*a* <` **b**", "&lt;!here&gt; &amp;amp;": "<!here> &amp;", "<https://x.example/?a=1&amp;b=2>": "https://x.example/?a=1&b=2",
		"<https://x.example/|a *b*>": "[a **b**](https://x.example/)", "<javascript:x|a>": "<javascript:x|a>", "<@U1|ann> <@U2>": `\@ann \@U2`,
		"<!subteam^S1|@ops> <!channel>": `\@ops \@channel`, "<!date^1|{date}|noon> <mailto:a@b.example|a>": "{date}|noon a",
		":tada: :no_such: 10:30:15": "🎉 :no_such: 10:30:15", "## A\n#b": "**A**\n#b", "<": "<",
	} {
		if got := mrkdwn(text); got != want {
			t.Errorf("mrkdwn(%q) = %q, want %q", text, got, want)
		}
	}
}

// A text that is too long is cut, with a mark; an open block of code is closed.
func TestFit(t *testing.T) {
	for _, text := range []string{strings.Repeat("한", 9000), "```\n" + strings.Repeat("x\n", 9000)} {
		got := fit(text)
		if n := utf8.RuneCountInString(got); n > chat.MaxTextLength || n < chat.MaxTextLength-20 || !strings.Contains(got, cutMark) || strings.Count(got, "```")%2 != 0 {
			t.Errorf("%d characters, which end in %q", n, got[len(got)-20:])
		}
	}
	for text, want := range map[string]string{" \n\t\u200b": "", "\r\na\r\nb\x00\xff\n": "a\nb\ufffd\ufffd", "  a": "  a"} {
		if got := fit(text); got != want {
			t.Errorf("fit(%q) = %q, want %q", text, got, want)
		}
	}
}
