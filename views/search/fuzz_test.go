package search

import (
	"database/sql"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"plainchat/internal/sqlite"
)

// FuzzHolds: a text holds a query just where the index finds it.
func FuzzHolds(f *testing.F) {
	for _, pair := range [][2]string{
		{"Is there green tea?", `"green tea" i*`}, {"안녕하세요 여러분", "요 녕하"}, {"東京タワー", `"京タ"*`}, {"Straße ｆｕｌｌ", "strasse"},
		{"a* b", `"a b"*`}, {"\x00\xff", "x"}, {"ー가 나", `"ー가"`}, {"요요", "요"},
	} {
		f.Add(pair[0], pair[1])
	}
	db, err := sqlite.Connect(filepath.Join(f.TempDir(), "fuzz.db"), "rwc", 1, "synchronous(OFF)")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(f.Context(), tables); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, typed string) {
		if !utf8.ValidString(text) || !utf8.ValidString(typed) { // no message is, and no query
			return
		}
		for _, q := range []Query{{Text: typed}, {Text: text}, {Text: `"` + text + `"*`}} {
			match, err := q.match()
			if err != nil {
				continue
			}
			if got, want := q.Holds(text), finds(t, db, text, match); got != want {
				t.Errorf("%q holds %q (%s): %t, but the index finds it: %t", text, q.Text, match, got, want)
			}
		}
	})
}

// finds reports whether an index of one text finds it.
func finds(t *testing.T, db *sql.DB, text, match string) (found bool) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), "INSERT OR REPLACE INTO search(rowid, words) VALUES (1, ?)", string(appendWords(nil, text))); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM search WHERE search MATCH ?)", match).Scan(&found); err != nil {
		t.Fatal(err)
	}
	return found
}
