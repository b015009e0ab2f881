package program

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// TestDamagedViews: whatever has become of the files of views and of the search index while the
// program was stopped, it starts, serves, and says the same as before once it has built them.
func TestDamagedViews(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, path string){
		"deleted":        func(t *testing.T, path string) { check(t, os.Remove(path)) },
		"cut short":      func(t *testing.T, path string) { check(t, os.Truncate(path, 10_000)) },
		"a bit flipped":  flipBit,
		"older version":  makeOlder,
		"another's file": func(t *testing.T, path string) { check(t, os.WriteFile(path, []byte("no views"), 0o600)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.lively()
			before := s.awaitRoom(changesRoom)
			s.awaitSearch("edited", 1)
			s.awaitSearch("two", 1)
			if code := s.terminate(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			damage(t, filepath.Join(s.data, "views.db"))
			damage(t, filepath.Join(s.data, "search.db"))
			s.start()
			if after := s.awaitRoom(changesRoom); after != before {
				t.Errorf("the views said\n%s\nand now\n%s", before, after)
			}
			s.awaitSearch("edited", 1)
			s.awaitSearch("two", 1)
			s.stderr.awaitCount(t, "building the views from the log", 2)
		})
	}
}

// awaitSearch waits until a word is found in so many messages.
func (s *server) awaitSearch(word string, n int) {
	s.t.Helper()
	for ctx := bounded(s.t); ; {
		found := s.search(word)
		if len(found) == n {
			return
		}
		if err := ctx.Err(); err != nil {
			s.t.Fatalf("%q is found in %q, want %d: %v", word, found, n, err)
		}
	}
}

// lively has people change messages.
func (s *server) lively() {
	s.t.Helper()
	g := s.guest("Ann")
	at := "/rooms/" + changesRoom + "/messages/"
	first := g.writes(changesRoom, "one", nil)
	g.must(http.MethodPatch, at+first, map[string]string{"message": "one, edited"}, nil)
	g.must(http.MethodPut, at+first+"/reactions/👍", nil, nil)
	g.must(http.MethodPut, at+first+"/pin", nil, nil)
	g.writes(changesRoom, "two", map[string]string{"reply_to": first})
	g.must(http.MethodDelete, at+g.writes(changesRoom, "three", nil), nil, nil)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// flipBit flips one in the middle of a file.
func flipBit(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	check(t, err)
	data[len(data)/2] ^= 1
	check(t, os.WriteFile(path, data, 0o600))
}

// makeOlder makes the file what another version of the program would have left.
func makeOlder(t *testing.T, path string) {
	db, err := sql.Open("sqlite", path)
	check(t, err)
	_, err = db.Exec("UPDATE projection SET views = 'timeline 0'")
	check(t, err)
	check(t, db.Close())
	check(t, os.Remove(path+"-seal"))
}
