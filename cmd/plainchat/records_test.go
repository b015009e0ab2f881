package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// errorRecord is where a record of the level ERROR is written. Its first words, up to the
// comma or semicolon, say what has happened.
var errorRecord = regexp.MustCompile(`(?i)logger\.Error\("([^",;]+)`)

// TestDocumentHasEveryErrorRecord: the operator finds each record that needs attention in
// the page on operations.
func TestDocumentHasEveryErrorRecord(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Join(strings.Fields(string(page)), " ")
	records := 0
	root := os.DirFS("../..")
	err = fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, path)
		for _, record := range errorRecord.FindAllSubmatch(source, -1) {
			records++
			if !strings.Contains(known, "`"+string(record[1])) {
				t.Errorf("docs/operations.md lacks %q of %s", record[1], path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if records < 10 {
		t.Errorf("only %d records were found", records)
	}
}
