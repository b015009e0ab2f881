package handlers

import (
	"regexp"
	"strings"
	"testing"
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
