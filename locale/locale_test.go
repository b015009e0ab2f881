package locale

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// catalogues are held against the codes, each of them whole.
var catalogues = map[string]*Catalogue{"English": English, "Korean": Korean}

// codesIn returns what a pattern's groups match in the source of a package, each match once.
func codesIn(t *testing.T, pkg, pattern string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[string]bool)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(pattern).FindAllSubmatch(source, -1) {
			var groups []string
			for _, group := range match[1:] {
				groups = append(groups, string(group))
			}
			codes[strings.Join(groups, " ")] = true
		}
	}
	if len(codes) == 0 {
		t.Fatalf("no code is found in %s", pkg)
	}
	return codes
}

// checkSentences fails unless the sentences are those of the codes, and nothing else.
func checkSentences(t *testing.T, language string, codes map[string]bool, sentences map[string]string) {
	t.Helper()
	for code := range codes {
		if s := sentences[code]; !strings.HasSuffix(s, ".") || strings.ContainsAny(s, "{}") {
			t.Errorf("%s: %s is %q", language, code, s)
		}
	}
	for code := range sentences {
		if !codes[code] {
			t.Errorf("%s has a sentence for %s, which nothing uses", language, code)
		}
	}
}

// Every code of policy has a sentence, and every sentence a code.
func TestDenied(t *testing.T) {
	codes := codesIn(t, "policy", `Code = "([a-z_]+)"`)
	for language, c := range catalogues {
		sentences := make(map[string]string)
		for key := range c.sentences {
			if code, ok := strings.CutPrefix(key, "denied."); ok {
				sentences[code] = c.Text(key)
			}
		}
		checkSentences(t, language, codes, sentences)
	}
	if got := English.Text("denied.not_yours"); got != "Only its author may do that with the message." {
		t.Errorf("%q", got)
	}
}

// Every rule of chat has a sentence, and every sentence a rule; those that chat gives a limit
// tell it, and no others.
func TestInvalid(t *testing.T) {
	limited := codesIn(t, "chat", `outside\("([a-z_]+)", "([a-z0-9_]+)"`)
	codes := codesIn(t, "chat", `invalid\("([a-z_]+)", "([a-z0-9_]+)"`)
	maps.Copy(codes, limited)
	for language, c := range catalogues {
		sentences := make(map[string]string)
		for key := range c.sentences {
			rule, ok := strings.CutPrefix(key, "field.")
			if !ok {
				continue
			}
			field, name, _ := strings.Cut(rule, ".")
			code := field + " " + name
			sentences[code] = OfRule(field, name, 12345).In(c)
			if tells := strings.Contains(sentences[code], "12,345"); tells != limited[code] {
				t.Errorf("%s: %s is %q, and has a limit: %t", language, code, sentences[code], limited[code])
			}
		}
		checkSentences(t, language, codes, sentences)
	}
}
