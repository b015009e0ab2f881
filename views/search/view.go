// Package search finds messages by their words.
//
// The index is an FTS5 table in a file of its own, since it is slower to write than other
// views and must not hold them up. It has the words of each message as it stands now, with
// its position in the log; the messages themselves are read there. FTS5 keeps a copy of
// the words of each message beside the index: without it nothing could be taken out again.
package search

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"plainchat/chat"
	"plainchat/views"
)

// version changes with whatever would make another index of the same messages.
const version = 1

// With secure-delete the words of a deleted message are taken out of the index at once, not
// merely marked. The one character of the prefix index is for single characters of Chinese,
// Japanese and Korean, which are the beginnings of pairs.
const tables = `
CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'ascii', prefix = '1', columnsize = 0);
INSERT INTO search(search, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE search_terms USING fts5vocab('search', 'instance');
`

// View is the search index, for a projector of its own.
type View struct{}

var _ views.View = View{}

// Name implements views.View.
func (View) Name() string { return "search" }

// Version implements views.View.
func (View) Version() int { return version }

// Tables implements views.View.
func (View) Tables() string { return tables }

// Prepare implements views.View.
func (View) Prepare(ctx context.Context, stmts *views.Statements) (views.Applier, error) {
	return &indexer{
		tags:    newTagCache(),
		insert:  stmts.Prepare(ctx, "INSERT INTO search(rowid, words) VALUES (?, ?)"),
		words:   stmts.Prepare(ctx, "SELECT words FROM search WHERE rowid = ?"),
		replace: stmts.Prepare(ctx, "UPDATE search SET words = ? WHERE rowid = ?"),
		remove:  stmts.Prepare(ctx, "DELETE FROM search WHERE rowid = ?"),
		forget:  newForgetter(ctx, stmts),
		expire:  newExpirer(ctx, stmts),
	}, nil
}

// indexer implements views.Applier.
type indexer struct {
	tags                           *tagCache
	insert, words, replace, remove *sql.Stmt
	forget                         *forgetter
	expire                         *expirer
	buf                            []byte
}

// Apply implements views.Applier. Whatever is not about the text of a message is ignored.
func (x *indexer) Apply(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Message:
		_, err := x.insert.ExecContext(ctx, int64(ev.ID.Seq), x.wordsOf(body.Text, x.tags.of(ev))) // #nosec G115 -- a position has 63 bits
		return err
	case chat.Edit:
		return x.revise(ctx, body.Of, body.Text)
	case chat.Update:
		if body.Status.State == chat.Running { // the words of what grows, several times in a second, would cost most of a processor
			return nil
		}
		return x.revise(ctx, body.Of, body.Text)
	case chat.Delete:
		return x.change(ctx, body.Of, func(string) error {
			_, err := x.remove.ExecContext(ctx, int64(body.Of)) // #nosec G115 -- a position has 63 bits
			return err
		})
	}
	return nil
}

// Prune implements views.Applier.
func (x *indexer) Prune(ctx context.Context, first uint64) (more bool, err error) {
	return x.expire.prune(ctx, first)
}

func (x *indexer) revise(ctx context.Context, seq uint64, text string) error {
	return x.change(ctx, seq, func(old string) error {
		_, err := x.replace.ExecContext(ctx, x.wordsOf(text, tagsIn(old)), int64(seq)) // #nosec G115 -- a position has 63 bits
		return err
	})
}

// change makes the words of a message others, or removes them; no trace stays of the old
// ones. A message that is not there was removed by retention.
func (x *indexer) change(ctx context.Context, seq uint64, f func(old string) error) error {
	var old string
	err := x.words.QueryRowContext(ctx, int64(seq)).Scan(&old) // #nosec G115 -- a position has 63 bits
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = f(old)
	}
	if err != nil {
		return err
	}
	return x.forget.words(ctx, old)
}

// wordsOf returns what a message is indexed with.
func (x *indexer) wordsOf(text, tags string) string {
	x.buf = append(appendWords(x.buf[:0], text), tags...)
	return string(x.buf)
}

// tagsIn returns the tags among the words of a message.
func tagsIn(words string) string {
	return words[max(0, strings.Index(words, roomMark)):]
}
