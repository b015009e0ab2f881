package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// A log that has met a page it cannot read or write says that it is not ready, for as
// long as that is so.
func TestNotReadyWhereDamaged(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for range 50 {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: strings.Repeat("x", 3000)}}); err != nil {
			t.Fatal(err)
		}
	}
	log.Close()
	path := filepath.Join(dir, "log.db")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 4096 * 10; at < 4096*40; at += 4096 {
		clear(content[at : at+200]) // the beginnings of pages in the midst
	}
	writeFile(t, path, string(content))
	log = open(t, dir)
	if err := log.Ready(t.Context()); err != nil {
		t.Errorf("before anything has failed: %v", err)
	}
	if _, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 50}); err == nil {
		t.Error("a page of the damaged part is read")
	}
	for range 2 {
		if err := log.Ready(t.Context()); err == nil {
			t.Error("the log is ready while a part of it cannot be read")
		}
	}
}
