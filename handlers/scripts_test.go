package handlers

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"plainchat/locale"
)

// imported is the address of another file in a script that was joined.
var imported = regexp.MustCompile(`(?:from|import\(?)\s*["'](\.[^"']+)["']`)

func TestScriptsImportOnlyWhatIsServed(t *testing.T) {
	a := testAssets(t)
	count := 0
	for name, file := range a.files {
		if !strings.HasPrefix(name, "js/") {
			continue
		}
		for _, match := range imported.FindAllSubmatch(file.plain, -1) {
			count++
			if _, err := a.address("js/" + strings.TrimPrefix(string(match[1]), "./")); err != nil {
				t.Errorf("%s imports %s: %v", name, match[1], err)
			}
		}
	}
	if count == 0 {
		t.Error("no script imports another, which the pages' scripts do")
	}
}

// A browser may remember that a file was missing: what is loaded later can be tried again under
// another address, but not what it imports. So that is what the page has.
func TestScriptsLoadedLaterAreOneFile(t *testing.T) {
	a := testAssets(t)
	for _, c := range locale.All {
		had := a.imports[scriptFile("app", "."+c.Lang)]
		later := 0
		for name, imports := range a.imports {
			if !slices.Contains(imports, had[0]) {
				continue // of the other language, or with nothing to import
			}
			later++
			if !slices.Equal(imports, had) {
				t.Errorf("%s imports %q, of which the page has %q: export the rest from app.js", name, imports, had)
			}
		}
		if later < 2 {
			t.Errorf("%s: nothing is loaded later", c.Lang)
		}
	}
}
