package handlers

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plainchat/locale"
)

// The titles in English are those of the statuses, and there is one for each status in use.
func TestTitles(t *testing.T) {
	var sources strings.Builder
	forSources(t, func(_ string, source []byte) { sources.Write(source) })
	for status := http.StatusBadRequest; status < 600; status++ {
		name := "http.Status" + strings.NewReplacer(" ", "", "-", "", "'", "").Replace(http.StatusText(status))
		if http.StatusText(status) == "" || !regexp.MustCompile(regexp.QuoteMeta(name)+`\b`).MatchString(sources.String()) {
			continue
		}
		if got := locale.English.Text("problem.title." + strconv.Itoa(status)); got != http.StatusText(status) {
			t.Errorf("%d is %q", status, got)
		}
	}
}

func forSources(t *testing.T, visit func(name string, source []byte)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		visit(file, source)
	}
}

// No sentence for people stands in the code, where it would be in one language alone.
func TestSentencesAreInCatalogues(t *testing.T) {
	english := regexp.MustCompile(`^[ ]?[A-Z].*[a-z]+ [a-z]+.*[.]$`)
	forSources(t, func(name string, source []byte) {
		if name == "metrics.go" { // read by machines
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); english.MatchString(text) {
					t.Errorf("%s: %q", name, text)
				}
			}
			return true
		})
	})
}

// inSource is what a Korean sentence may have of English: what is typed as it is, and examples.
var inSource = regexp.MustCompile(`<[^>]*>|plainchat [a-z ]+|=\S+|[{][^}]*[}]|Content-Type: \S+|curl --\S+`)

// englishIn finds a piece of a sentence in English.
func englishIn(text string) string {
	return regexp.MustCompile(`[A-Za-z]+ [a-z]+ [a-z]+`).FindString(inSource.ReplaceAllString(text, ""))
}

var hangul = regexp.MustCompile(`\p{Hangul}`)

// Whoever asks in Korean is answered in Korean, and in English whoever names no language; what
// programs read is the same.
func TestProblemsInTheLanguageOfTheRequest(t *testing.T) {
	_, server := newDocumented(t, 0)
	refused := slices.DeleteFunc(slices.Clone(exchanges), func(x exchange) bool {
		return x.status < 400 || x.name == "key of another" || strings.HasPrefix(x.path, "/hooks/") // answered to programs, in their words
	})
	for target, status := range map[string]int{
		"/nothing": 404, "/messages?limit=x": 422, "/messages?before=x": 422, "/messages?before=x-1": 422, "/messages?room=tea": 422,
		"/messages?limit=1&limit=2": 400, "/messages?%zz": 400, "/events?room=" + strings.Repeat("a&room=", 20): 422, "/events?heartbeat=x": 422, "/messages/x": 404,
	} {
		refused = append(refused, exchange{name: target, method: "GET", target: target, status: status})
	}
	for _, x := range refused {
		t.Run(x.name, func(t *testing.T) {
			english := x.say(t, server.URL, nil)
			korean := x.say(t, server.URL, http.Header{"Accept-Language": {"ko-KR,ko;q=0.9,en;q=0.8"}})
			chosen := x.say(t, server.URL, http.Header{"Cookie": {"lang=ko"}, "Accept-Language": {"en"}})
			if korean.code != english.code || chosen.text != korean.text {
				t.Errorf("the same problem is %+v, %+v and %+v", english, korean, chosen)
			}
			if english.language != "en" || hangul.MatchString(english.text) || korean.language != "ko" || !hangul.MatchString(korean.text) || englishIn(korean.text) != "" {
				t.Errorf("in English %q (%s), in Korean %q (%s)", english.text, english.language, korean.text, korean.language)
			}
		})
	}
}

// answered is what a problem says.
type answered struct{ language, code, text string }

func (x exchange) say(t *testing.T, base string, header http.Header) answered {
	t.Helper()
	all := http.Header{}
	maps.Copy(all, x.header)
	maps.Copy(all, header)
	x.header = all
	answer := x.answer(t, base)
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != x.status {
		t.Fatalf("status %d, want %d, %v: %s", answer.StatusCode, x.status, err, body)
	}
	if vary := strings.Join(answer.Header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
		t.Errorf("Vary is %q", vary)
	}
	got := answered{language: answer.Header.Get("Content-Language"), text: string(body)}
	var p problem
	if json.Unmarshal(body, &p) == nil {
		got.code, got.text = p.Code, p.Title+" "+p.Detail
		for _, f := range p.Errors {
			got.code, got.text = got.code+" "+f.Field+" "+f.Code, got.text+" "+f.Detail
		}
	}
	return got
}

// A transcript is a person's text, and its marks are in their language.
func TestTranscriptInTheLanguageOfTheRequest(t *testing.T) {
	chat, server := newDocumented(t, 0)
	happen(t, chat, aStory...)
	transcript := exchange{method: "GET", target: "/rooms/lobby", status: 200}
	english, korean := transcript.say(t, server.URL, nil), transcript.say(t, server.URL, http.Header{"Accept-Language": {"ko"}})
	if !strings.Contains(english.text, "(deleted)") || strings.NewReplacer("(deleted)", "(삭제됨)", "(edited)", "(수정됨)").Replace(english.text) != korean.text || korean.language != "ko" {
		t.Errorf("%q, %q", english.text, korean.text)
	}
}

func TestUsageInTheLanguageOfTheRequest(t *testing.T) {
	_, server := newDocumented(t, 0)
	usage := exchange{method: "GET", target: "/", status: 200}
	english, korean := usage.say(t, server.URL, nil), usage.say(t, server.URL, http.Header{"Accept-Language": {"ko"}})
	if english.language != "en" || korean.language != "ko" || !strings.Contains(korean.text, server.URL+"/events") ||
		strings.Count(english.text, "\n") != strings.Count(korean.text, "\n") {
		t.Errorf("%+v, %+v", english, korean)
	}
}
