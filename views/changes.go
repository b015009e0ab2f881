package views

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"plainchat/chat"
)

// Change is what has become of a message.
type Change struct {
	Text      string    // as it was edited
	Edited    time.Time // when; zero if it was not
	Status    chat.Status
	Versions  int  // how many it had before this one that are still told of
	Deleted   bool // then there is nothing else
	Pinned    bool
	Asks      bool       // it is a question
	Ask       *Question  // then what it asks; nil where that is not known
	Reactions []Reaction // in the order in which they came
	Replies   int        // how many there are, without deleted ones
}

// Reaction is an emoji at a message. It is what the events of the message amount to: each puts
// the emoji under a name, or takes it back.
type Reaction struct {
	Emoji  string
	Count  int      // of names
	Names  []string // the first of them, in order: all, or ShownNames
	Mine   bool     // the asker has put it
	MineAs string   // under this name; empty if they have not
}

// A message can have any number of reactions; so many of them are told.
const (
	ShownEmoji = 25 // at a message: the first. No more than policy.MaxEmoji are put to one
	ShownNames = 50 // of each emoji
)

// Positions are close together if there are no more of them than maxSpread for each that is
// asked for. Then they are read as a range, and nothing is looked up for each.
const maxSpread = 8

const (
	changesQuery = `SELECT seq, text, edited, deleted, pinned, asks, ifnull(state, ''), exit, took, updates, (SELECT count(*) FROM timeline_replies WHERE target = m.seq)
		FROM timeline_messages m WHERE seq `
	closeQuery     = changesQuery + "BETWEEN ? AND ?"
	apartQuery     = changesQuery + "IN (SELECT value FROM json_each(?))"
	reactionsQuery = `SELECT target, emoji, count,
		coalesce((SELECT name FROM timeline_reactions r INDEXED BY timeline_reactions_person
			WHERE r.target = e.target AND r.person = ? AND r.emoji = e.emoji ORDER BY r.seq LIMIT 1), ''),
		(SELECT json_group_array(name) FROM (SELECT name FROM timeline_reactions r INDEXED BY timeline_reactions_order
			WHERE r.target = e.target AND r.emoji = e.emoji ORDER BY r.seq LIMIT ?))
		FROM timeline_emoji e WHERE count > 0 AND target IN (SELECT value FROM json_each(?)) ORDER BY target, first`
)

// changes asks the timeline. It may be used concurrently.
type changes struct {
	views                   *Projector
	close, apart, reactions query
	reacted, silent         query
	root, below             query // of a thread
	questions               questions
}

func newChanges(p *Projector) *changes {
	return &changes{views: p, close: query{sql: closeQuery}, apart: query{sql: apartQuery}, reactions: query{sql: reactionsQuery}, reacted: query{sql: reactedQuery}, silent: query{sql: runningQuery}, root: query{sql: rootQuery}, below: query{sql: threadQuery}, questions: newQuestions()}
}

// of returns what has become of messages, by their positions, as far as the view has got; those
// of which nothing is to be told are left out. The asker, a chat.Person.Key or empty, is
// whose reactions are Mine. It returns ErrNotReady while the view is being built.
func (c *changes) of(ctx context.Context, asker string, seqs []uint64) (found map[uint64]*Change, err error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	sorted := slices.Sorted(slices.Values(seqs))
	err = c.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		if found, err = c.messages(ctx, db, sorted); err != nil || len(found) == 0 {
			return err
		}
		if err = c.addReactions(ctx, db, asker, found); err != nil {
			return err
		}
		return c.addQuestions(ctx, db, asker, found)
	})
	return found, err
}

// messages reads all but the reactions.
func (c *changes) messages(ctx context.Context, db *sql.DB, sorted []uint64) (map[uint64]*Change, error) {
	first, last := sorted[0], sorted[len(sorted)-1]
	var rows *sql.Rows
	var err error
	if last-first < maxSpread*uint64(len(sorted)) {
		rows, err = c.close.rows(ctx, db, position(first), position(last))
	} else {
		rows, err = c.apart.rows(ctx, db, list(sorted))
	}
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found map[uint64]*Change
	for rows.Next() {
		var seq uint64
		var text sql.RawBytes
		var edited sql.NullInt64
		var change Change
		var took int64
		if err := rows.Scan(&seq, &text, &edited, &change.Deleted, &change.Pinned, &change.Asks, &change.Status.State, &change.Status.Exit, &took,
			&change.Versions, &change.Replies); err != nil {
			return nil, err
		}
		change.Status.Took = time.Duration(took) * time.Millisecond
		if _, asked := slices.BinarySearch(sorted, seq); !asked {
			continue
		}
		if edited.Valid {
			change.Text, change.Edited = string(text), time.UnixMilli(edited.Int64).UTC()
		}
		if found == nil {
			found = make(map[uint64]*Change)
		}
		found[seq] = &change
	}
	return found, rows.Err()
}

// addReactions adds the reactions, and leaves out messages of which there is nothing to tell.
func (c *changes) addReactions(ctx context.Context, db *sql.DB, asker string, found map[uint64]*Change) error {
	var seqs []uint64
	for seq := range found {
		seqs = append(seqs, seq)
	}
	rows, err := c.reactions.rows(ctx, db, asker, ShownNames, list(seqs))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq uint64
		var r Reaction
		var names []byte
		if err := rows.Scan(&seq, &r.Emoji, &r.Count, &r.MineAs, &names); err != nil {
			return err
		}
		r.Mine = r.MineAs != ""
		if err := json.Unmarshal(names, &r.Names); err != nil {
			return err
		}
		if change := found[seq]; len(change.Reactions) < ShownEmoji {
			change.Reactions = append(change.Reactions, r)
		}
	}
	return rows.Err()
}

// addQuestions adds what is asked.
func (c *changes) addQuestions(ctx context.Context, db *sql.DB, asker string, found map[uint64]*Change) error {
	var seqs []uint64
	for seq, change := range found {
		if change.Asks {
			seqs = append(seqs, seq)
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	asked, err := c.questions.of(ctx, db, asker, seqs)
	for seq, question := range asked {
		found[seq].Ask = question
	}
	return err
}

// list is positions, or texts, as json_each reads them.
func list[T uint64 | string | chat.Room](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	data, _ := json.Marshal(values) // which have a form each
	return string(data)
}
