package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"plainchat/views"
)

// forgetter removes the last trace of words that no message has any more. FTS5 takes them out
// of the pages of the index (secure-delete), but not out of the table that leads to the
// pages, search_idx. A row there has the smallest string that is greater than all words
// of the pages before, which may be the whole of the first word of its page.
type forgetter struct {
	has, next, traces, replace *sql.Stmt
}

// A key in search_idx is a digit for the index, here the one of whole words, and the word.
const wholeWords = "0"

func newForgetter(ctx context.Context, stmts *views.Statements) *forgetter {
	return &forgetter{
		has:     stmts.Prepare(ctx, "SELECT 1 FROM search_terms WHERE term = ? LIMIT 1"),
		next:    stmts.Prepare(ctx, "SELECT term FROM search_terms WHERE term > ? LIMIT 1"),
		traces:  stmts.Prepare(ctx, "SELECT segid, term FROM search_idx WHERE term IN (SELECT CAST(value AS BLOB) FROM json_each(?))"),
		replace: stmts.Prepare(ctx, "UPDATE search_idx SET term = ? WHERE segid = ? AND term = ?"),
	}
}

// trace is a row of search_idx.
type trace struct {
	segment int64
	key     []byte
}

// words forgets those words of a message that was changed which are in no other.
func (f *forgetter) words(ctx context.Context, old string) error {
	gone, err := f.gone(ctx, old)
	if err != nil || len(gone) == 0 {
		return err
	}
	traces, err := f.find(ctx, gone)
	for _, t := range traces {
		if err == nil {
			err = f.erase(ctx, t)
		}
	}
	return err
}

// gone returns the keys of the words that are in no message. To ask for them has FTS5 write
// what it has held back, so that all traces are there to be found.
func (f *forgetter) gone(ctx context.Context, old string) (keys []string, err error) {
	words := strings.Fields(old)
	slices.Sort(words)
	for _, word := range slices.Compact(words) {
		var one int
		err := f.has.QueryRowContext(ctx, word).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			keys = append(keys, wholeWords+word)
		} else if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func (f *forgetter) find(ctx context.Context, keys []string) (traces []trace, err error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	rows, err := f.traces.QueryContext(ctx, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t trace
		if err := rows.Scan(&t.segment, &t.key); err != nil {
			return nil, err
		}
		traces = append(traces, t)
	}
	return traces, rows.Err()
}

// erase puts in place of a trace the smallest string above it that is the beginning of the
// next word there is. That word is on the same page or a later one, so the string leads to the same page.
func (f *forgetter) erase(ctx context.Context, t trace) error {
	const prefixes = "1" // the index that comes next
	next, word := prefixes, ""
	err := f.next.QueryRowContext(ctx, string(t.key[len(wholeWords):])).Scan(&word)
	if err == nil {
		next = wholeWords + word
	} else if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	size := 0
	for size < len(t.key) && size < len(next) && t.key[size] == next[size] {
		size++
	}
	_, err = f.replace.ExecContext(ctx, []byte(next[:min(size+1, len(next))]), t.segment, t.key)
	return err
}
