package chat

import (
	"slices"
	"strings"
	"testing"
)

func TestMentions(t *testing.T) {
	for text, want := range map[string][]string{
		"hello":                          nil,
		"@Ann":                           {"ann"},
		"thanks, @ANN!":                  {"ann"},
		"(@ann) @ann @Ben.":              {"ann", "ben"},
		"@Ann Lee is here":               {"ann", "ann lee", "ann lee is"},
		"@Ann\nLee":                      {"ann"},
		"@홍길동, 안녕":                       {"홍길동", "홍길동, 안녕"},
		"mail ann@example.org":           nil,
		"@ann@example.org":               {"ann"},
		"@":                              nil,
		"@ ann":                          nil,
		`\@ann, \@"Ann Lee" and \\@ben`:  {"ben"},
		"@!?":                            {"!?"},
		`@"Ann Lee" is here`:             {"ann lee"},
		`(@“Ann Lee”) @"Ann  B."!`:       {"ann lee", "ann b"},
		`@"a name of many words"`:        {"a name of many words"},
		`@"Ann`:                          {`"ann`},
		`x@"Ann Lee"`:                    nil,
		"@\"Ann\nLee\"":                  {`"ann`},
		"@\u202eann":                     nil,
		"@Ａｎｎ":                           {"ann"},
		"@" + strings.Repeat("a", 41):    nil,
		"@ci-bot_1: done":                {"ci-bot_1", "ci-bot_1: done"},
		strings.Repeat("@a ", 21) + "@b": {"a"},
	} {
		if got := Mentions(text); !slices.Equal(got, want) {
			t.Errorf("Mentions(%q) = %q, want %q", text, got, want)
		}
	}
	for name, text := range map[Name]string{"Ann B.": "@ann b. said", "Ann B": "is @Ann B.?", "!?": "@!?"} {
		if !slices.Contains(Mentions(text), name.MentionKey()) {
			t.Errorf("%q does not mention %q: %q", text, name, Mentions(text))
		}
	}
}

// What is marked as a mention is the first of the names that may be meant.
func TestMentionAt(t *testing.T) {
	for text, want := range map[string]string{
		"Ann": "Ann", "ANN!": "ANN", "Ann Lee is here": "Ann", "홍길동, 안녕": "홍길동", "": "", " ann": "", "!?": "", "Ａｎｎ.": "Ann", "\u202eann": "", "ann@x": "ann",
		strings.Repeat("a", 41): "",
	} {
		name, size := MentionAt(' ', text)
		if string(name) != want || size > len(text) || size > 0 != (want != "") {
			t.Errorf("MentionAt(%q) = %q, %d; want %q", text, name, size, want)
		}
		if size > 0 && !slices.Contains(Mentions("@"+text), name.MentionKey()) {
			t.Errorf("%q is marked in %q, and not meant", name, text)
		}
	}
	if name, _ := MentionAt('b', "example.org"); name != "" {
		t.Errorf("the host of a mail address is the name %q", name)
	}
}

func TestQuotedMentionAt(t *testing.T) {
	for text, want := range map[string]string{
		`"Ann Lee" is here`: "Ann Lee", `“민지 김”님`: "민지 김", `"Ann (work)"`: "Ann (work)", `"Ann`: "", `""`: "", "Ann": "", `"Ann”`: "", "\"Ann\nLee\"": "",
		`"` + strings.Repeat("가", 40) + `"`: strings.Repeat("가", 40), `"` + strings.Repeat("a", 41) + `"`: "",
	} {
		name, size := QuotedMentionAt(' ', text)
		if string(name) != want || size > 0 != (want != "") {
			t.Errorf("QuotedMentionAt(%q) = %q, %d; want %q", text, name, size, want)
		}
		if size > 0 && !slices.Equal(Mentions("@"+text), []string{name.MentionKey()}) {
			t.Errorf("%q means %q", text, Mentions("@"+text))
		}
	}
}

// FuzzMentions: whatever is written, what is found is a bounded number of names' keys.
func FuzzMentions(f *testing.F) {
	f.Add("@Ann Lee, @홍길동 @@ann a@b \xff@\x00")
	f.Fuzz(func(t *testing.T, text string) {
		keys := Mentions(text)
		if len(keys) > maxMentions*maxMentionWords {
			t.Errorf("%d mentions", len(keys))
		}
		for _, key := range keys {
			if !slices.Contains(Mentions("@"+key), key) && len(strings.Fields(key)) <= maxMentionWords && !strings.Contains(key, "@") {
				if name, err := ParseName(key); err == nil && name.MentionKey() == key {
					t.Errorf("%q is a name that @ does not mention", key)
				}
			}
		}
	})
}
