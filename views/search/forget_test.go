package search_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/search"
	"plainchat/views/viewstest"
)

// serial returns a word that differs from its neighbours in the last characters alone: of such
// words FTS5 has whole ones in the table that leads to its pages.
func serial(n int) string { return fmt.Sprintf("sesame%06d", n) }

// lone returns a word that is like no other. FTS5 leaves out of a word what the one before
// begins with; here that can be no more than cut characters.
func lone(n int) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(serial(n))))[:20] }

const cut = 6

// wantNowhere fails if one of the words stands in a file of the folder.
func wantNowhere(t *testing.T, path string, words ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if i := bytes.Index(content, []byte(word)); i >= 0 {
				t.Fatalf("%q is still in %s at byte %d: %q", word, filepath.Base(file), i, content[max(0, i-40):min(len(content), i+60)])
			}
		}
	}
}

// wantWhole fails if FTS5 finds fault with its index.
func wantWhole(t *testing.T, p *views.Projector, path string) {
	t.Helper()
	viewstest.Settle(t, p)
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "INSERT INTO search(search) VALUES ('integrity-check')"); err != nil {
		t.Errorf("FTS5: %v", err)
	}
}

// TestForgets: after a deletion or an edit and a scrub no byte of what was written is left, in
// whichever part of the index it was, and the rest is found as before.
func TestForgets(t *testing.T) {
	if testing.Short() {
		t.Skip("it has one goroutine")
	}
	const messages = 1500
	log := viewstest.New()
	for n := 1; n <= messages; n++ {
		log.Say("r", fmt.Sprintf("secret %s 비밀번호 %s", serial(n), lone(n)))
	}
	x, p, path := open(t, log)
	for n := 1; n <= messages; n++ { // more segments, of other messages
		if n%300 == 0 {
			viewstest.Settle(t, p)
		}
		log.Say("r", "open "+serial(n+messages))
	}
	var gone []string
	for n := 1; n <= messages; n++ {
		switch n % 3 {
		case 0:
			log.Append("r", "Ann", chat.Delete{Of: uint64(n)})
			gone = append(gone, serial(n), lone(n)[cut:])
		case 1:
			if n%9 == 1 {
				log.Append("r", "Ann", chat.Edit{Of: uint64(n), Text: "changed"})
				gone = append(gone, serial(n), lone(n)[cut:])
			}
		}
	}
	viewstest.Settle(t, p)
	if err := p.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNowhere(t, path, gone...)
	wantTraces(t, path, messages)
	wantFound(t, x, serial(3))
	wantFound(t, x, serial(2), 2)
	wantFound(t, x, serial(messages-1), messages-1)
	wantWhole(t, p, path)
}

// wantTraces looks for words that are no more where the index leads to its pages: they stand
// there without a space behind them.
func wantTraces(t *testing.T, path string, messages int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), "SELECT substr(CAST(term AS TEXT), 2) FROM search_idx")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	whole := 0
	gone := map[string]bool{}
	for n := 1; n <= messages; n++ {
		gone[serial(n)] = n%3 == 0 || n%9 == 1
	}
	for rows.Next() {
		var word string
		if err := rows.Scan(&word); err != nil {
			t.Fatal(err)
		}
		if gone[word] {
			t.Errorf("%s is still in search_idx", word)
		}
		if len(word) == len(serial(0)) {
			whole++
		}
	}
	if whole == 0 {
		t.Error("no whole word is in search_idx; the test shows nothing")
	}
}

// What retention has removed is not found, and leaves the file as the index is merged.
func TestExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := viewstest.New()
		for n := 1; n <= 2000; n++ {
			log.Say("r", "tea "+serial(n))
		}
		x, p, path := open(t, log)
		log.Expire(1500)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := len(find(t, x, search.Query{Text: "tea", Limit: 1000})); got != 501 {
			t.Errorf("%d messages are found, want 501", got)
		}
		if err := p.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		var gone []string
		for n := 1; n < 1500; n++ {
			gone = append(gone, serial(n))
		}
		wantNowhere(t, path, gone...)
		wantWhole(t, p, path)
	})
}
