package handlers

import (
	"bytes"
	"path"
	"testing"

	"plainchat/static"
)

// Scripts are served without their comments, line for line; and none of these lines is in the
// midst of a text, which would lose it.
func TestScriptsAreServedWithoutComments(t *testing.T) {
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	comments := 0
	for name, file := range a.files {
		if path.Ext(name) != ".js" {
			continue
		}
		source, err := static.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := bytes.Count(file.plain, []byte("\n")), bytes.Count(source, []byte("\n")); got != want {
			t.Errorf("%s has %d lines, want %d", name, got, want)
		}
		if scriptComment.Match(file.plain) {
			t.Errorf("%s has a comment", name)
		}
		for _, at := range scriptComment.FindAllIndex(source, -1) {
			comments++
			before := scriptComment.ReplaceAll(source[:at[0]], nil)
			if bytes.Count(before, []byte("`"))%2 != 0 {
				t.Errorf("%s: %s is in a text", name, source[at[0]:at[1]])
			}
		}
	}
	if comments == 0 {
		t.Error("no script has a comment")
	}
}
