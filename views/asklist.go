package views

import (
	"context"
	"database/sql"
	"time"

	"plainchat/chat"
	"plainchat/policy"
)

// ShownAsks is how many open questions are told of a room, the newest.
const ShownAsks = 100

const (
	openAsksQuery = `SELECT seq FROM asks_questions INDEXED BY asks_open WHERE room = ? AND answer = 0 ORDER BY seq DESC LIMIT ?`
	dueAsksQuery  = `SELECT seq, room, until, fallback FROM asks_questions INDEXED BY asks_due WHERE answer = 0 AND until > 0 ORDER BY until LIMIT ?`
	voteQuery     = "SELECT choice, seq FROM asks_votes WHERE target = ? AND person = ?"
)

// AskList tells of questions. All methods may be called concurrently. They return ErrNotReady while the view is
// being built, and the error of ctx if that does not follow the log.
type AskList struct {
	log             interface{ LastChange() uint64 }
	views           *Projector
	open, due, vote query
	questions       questions
}

// NewAskList takes a projector that keeps Asks, or nil.
func NewAskList(log interface{ LastChange() uint64 }, p *Projector) *AskList {
	return &AskList{log: log, views: p, open: query{sql: openAsksQuery}, due: query{sql: dueAsksQuery}, vote: query{sql: voteQuery}, questions: newQuestions()}
}

// read reads from the view once it has all that happened so far.
func (l *AskList) read(ctx context.Context, f func(ctx context.Context, db *sql.DB) error) error {
	if l.views == nil {
		return ErrNotReady
	}
	if err := l.views.Await(ctx, l.log.LastChange()); err != nil {
		return err
	}
	return l.views.Read(ctx, f)
}

// Of returns the question that the message at a position asks; nil for none. The asker is a chat.Person.Key, or
// empty.
func (l *AskList) Of(ctx context.Context, seq uint64, asker string) (q *Question, err error) {
	err = l.read(ctx, func(ctx context.Context, db *sql.DB) error {
		found, err := l.questions.of(ctx, db, asker, []uint64{seq})
		q = found[seq]
		return err
	})
	return q, err
}

// Open returns the positions of the newest messages of a room whose questions are open, at most ShownAsks, the
// newest first.
func (l *AskList) Open(ctx context.Context, room chat.Room) (seqs []uint64, err error) {
	err = l.read(ctx, func(ctx context.Context, db *sql.DB) error {
		seqs, err = numbers(l.open.rows(ctx, db, string(room), ShownAsks))
		return err
	})
	return seqs, err
}

// Asked returns what policy has to know where somebody answers the message at a position; nil if it is no
// question.
func (l *AskList) Asked(ctx context.Context, of uint64, by chat.Person) (asked *policy.Asked, err error) {
	err = l.read(ctx, func(ctx context.Context, db *sql.DB) error {
		found, err := l.questions.of(ctx, db, "", []uint64{of})
		if q := found[of]; q != nil {
			asked = &policy.Asked{Ask: q.Ask, Answer: q.Answered, Expired: q.Expired, Choice: q.Choice, By: q.By, At: q.At}
			if q.Answered != 0 && q.person == by.Key() {
				asked.Mine = q.Choice
			} else if q.Poll && q.Answered == 0 {
				asked.Mine, _, err = l.voteOf(ctx, db, of, by.Key())
			}
		}
		return err
	})
	return asked, err
}

// AnswerOf returns the position of the answer that somebody has given to the question of a message, and that counts;
// 0 if there is none.
func (l *AskList) AnswerOf(ctx context.Context, of uint64, by chat.Person) (seq uint64, err error) {
	err = l.read(ctx, func(ctx context.Context, db *sql.DB) error {
		found, err := l.questions.of(ctx, db, "", []uint64{of})
		switch q := found[of]; {
		case q == nil:
		case q.Poll:
			_, seq, err = l.voteOf(ctx, db, of, by.Key())
		case q.person == by.Key():
			seq = q.Answered
		}
		return err
	})
	return seq, err
}

// voteOf returns what somebody has answered to a poll, and where; empty for nothing.
func (l *AskList) voteOf(ctx context.Context, db *sql.DB, of uint64, person string) (choice string, seq uint64, err error) {
	rows, err := l.vote.rows(ctx, db, position(of), person)
	if err != nil {
		return "", 0, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&choice, &seq)
	}
	if err == nil {
		err = rows.Err()
	}
	return choice, seq, err
}

// DueAsk is an open question with the time at which it is over.
type DueAsk struct {
	Room  chat.Room
	Of    uint64
	Until time.Time
	End   chat.Answer // that is due then
}

// Due returns the open questions that have a time, at most ShownAsks, that which is over first in front. It does
// not wait for the log.
func (l *AskList) Due(ctx context.Context) (due []DueAsk, err error) {
	if l.views == nil {
		return nil, ErrNotReady
	}
	err = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rows, err := l.due.rows(ctx, db, ShownAsks)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var d DueAsk
			var until int64
			if err := rows.Scan(&d.Of, &d.Room, &until, &d.End.Choice); err != nil {
				return err
			}
			d.Until, d.End.Of, d.End.Expired = time.UnixMilli(until), d.Of, true
			due = append(due, d)
		}
		return rows.Err()
	})
	return due, err
}
