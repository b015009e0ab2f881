package locale

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// placesOf returns the names of the values in a form of a sentence, sorted.
func placesOf(f form) []string {
	var names []string
	for _, p := range f.pieces {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Each language has each sentence, with the same places in each of its forms.
func TestLanguagesAreComplete(t *testing.T) {
	for key, english := range English.sentences {
		for _, c := range All {
			s, ok := c.sentences[key]
			if !ok {
				t.Errorf("%s lacks %s", c.Lang, key)
			}
			for _, f := range s {
				if !slices.Equal(placesOf(f), placesOf(english[other])) || f.text == "" {
					t.Errorf("%s: %s is %q, and in English %q", c.Lang, key, f.text, english[other].text)
				}
			}
			if _, ok := s[one]; ok && c == Korean {
				t.Errorf("Korean has no singular, and %s has one", key)
			}
		}
	}
	for _, c := range All {
		for key := range c.sentences {
			if !English.Has(key) {
				t.Errorf("%s has %s, which English lacks", c.Lang, key)
			}
		}
	}
}

// named is a key in a source. One that is put together is named by its beginning.
var named = regexp.MustCompile("[\"`]((?:html|page|problem|text|cli)\\.[a-z0-9_.-]*)")

// used finds the keys that the sources of other packages name.
func used(t *testing.T) map[string]bool {
	t.Helper()
	keys := make(map[string]bool)
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "locale" {
			return filepath.SkipDir
		}
		if !slices.Contains([]string{".go", ".js", ".html"}, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, match := range named.FindAllSubmatch(source, -1) {
			keys[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// says reports whether the keys that are used name one, or begin it.
func says(keys map[string]bool, key string) bool {
	if keys[key] {
		return true
	}
	for name := range keys {
		if strings.HasSuffix(name, ".") && strings.HasPrefix(key, name) {
			return true
		}
	}
	return false
}

// Every key that is used has a sentence, and every sentence a use.
func TestKeysAreUsed(t *testing.T) {
	keys := used(t)
	for key := range keys {
		if !strings.HasSuffix(key, ".") && !English.Has(key) {
			t.Errorf("there is no sentence %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(English.sentences)) {
		prefix, _, _ := strings.Cut(key, ".")
		if slices.Contains([]string{"html", "page", "problem", "text", "cli"}, prefix) && !says(keys, key) {
			t.Errorf("nothing says %s", key)
		}
	}
}

// Sentences of problems end as sentences do.
func TestSentencesEnd(t *testing.T) {
	for _, c := range All {
		for key, s := range c.sentences {
			prefix, _, _ := strings.Cut(key, ".")
			for _, f := range s {
				if slices.Contains([]string{"problem", "denied", "field"}, prefix) && !strings.Contains(key, "title") && !strings.HasSuffix(f.text, ".") {
					t.Errorf("%s: %s is %q", c.Lang, key, f.text)
				}
				if strings.TrimSpace(f.text) != f.text || strings.Contains(f.text, "  ") && !strings.Contains(f.text, "\n") {
					t.Errorf("%s: %s has a space too much: %q", c.Lang, key, f.text)
				}
			}
		}
	}
}

func TestText(t *testing.T) {
	c := &Catalogue{sentences: map[string]sentence{
		"files": {one: parseForm("{n} file by {name}"), other: parseForm("{n} files by {name}")},
		"write": {other: parseForm(`{name:이/가} {"썼": "어요"}.`)},
	}}
	for n, want := range map[int]string{0: "0 files by {n}", 1: "1 file by {n}", 11: "11 files by {n}"} {
		if got := c.Text("files", "n", n, "name", "{n}"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for name, want := range map[string]string{"민아": `민아가 {"썼": "어요"}.`, "지훈": `지훈이 {"썼": "어요"}.`} {
		if got := c.Text("write", "name", name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := c.Text("none"); got != "none" {
		t.Errorf("a key that does not exist is %q", got)
	}
}

func TestPage(t *testing.T) {
	data, err := json.Marshal(English.Page())
	var page map[string]any
	if err == nil {
		err = json.Unmarshal(data, &page)
	}
	if err != nil || page["page.today"] != "Today" || page["html.menu"] != nil {
		t.Errorf("%s, %v", data, err)
	}
	if forms, _ := page["page.new_messages"].(map[string]any); forms["one"] != "{n} new message" {
		t.Errorf("the forms are %v", forms)
	}
}

func TestDate(t *testing.T) {
	at := time.Date(2026, 11, 8, 9, 5, 7, 0, time.UTC)
	for c, want := range map[*Catalogue]string{English: "Sunday, 8 November 2026, 09:05:07 UTC", Korean: "2026년 11월 8일 일요일 09:05:07 UTC"} {
		if got := c.DateTime(at); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAccepted(t *testing.T) {
	for header, want := range map[string]*Catalogue{
		"": English, "ko": Korean, "ko-KR,ko;q=0.9,en;q=0.8": Korean, "en-GB,ko;q=0.5": English, "fr, ko;q=0.3": Korean,
		"fr": English, "*": English, ";;q=x": English,
	} {
		if got := Accepted(header); got != want {
			t.Errorf("%.40q: %s, want %s", header, got.Lang, want.Lang)
		}
	}
}

func TestOfEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want *Catalogue
	}{
		{nil, English}, {map[string]string{"LANG": "ko_KR.UTF-8"}, Korean}, {map[string]string{"LANG": "ko"}, Korean},
		{map[string]string{"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, English}, {map[string]string{"LC_MESSAGES": "ko_KR", "LANG": "en_US"}, Korean},
	} {
		if got := OfEnvironment(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %s", c.env, got.Lang)
		}
	}
}

// inSource is what stands in Korean sentences as it is typed: commands, flags, names of fields and
// files, examples.
var inSource = regexp.MustCompile(`(?m)plainchat [a-z ]+|curl .*|source <.*|bash: .*|zsh: .*|fish: .*|--[a-z-]+|=\S+|[{][^}]*[}]|Content-Type: \S+|[A-Za-z]*_[a-z_]+`)

// Every Korean sentence is Korean, and no English one is.
func TestSentencesAreInTheirLanguage(t *testing.T) {
	hangul, words := regexp.MustCompile(`\p{Hangul}`), regexp.MustCompile(`[A-Za-z]+ [a-z]+ [a-z]+`)
	for key, s := range Korean.sentences {
		if key == "html.other_language" { // which is for whoever reads that
			continue
		}
		text := s[other].text
		if english := English.sentences[key][other].text; hangul.MatchString(english) {
			t.Errorf("English: %s is %q", key, english)
		} else if plain := inSource.ReplaceAllString(text, ""); regexp.MustCompile(`[A-Za-z]{4,}`).MatchString(plain) && !hangul.MatchString(plain) || words.MatchString(plain) {
			t.Errorf("Korean: %s is %q", key, text)
		}
	}
}
