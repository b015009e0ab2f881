package views

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"plainchat/chat"
)

// Question is what a message asks, and what came of it.
type Question struct {
	chat.Ask
	Answered uint64    // the position of the answer that counts; 0 while the question is open
	Expired  bool      // nobody has given it: the time is over
	Choice   string    // that counts; empty where there is none
	By       chat.Name // who gave it
	At       time.Time // when
	Votes    []Vote    // of a poll: one for each choice, in their order
	person   string    // By, as chat.Person.Key has them
}

// Vote is a choice of a poll.
type Vote struct {
	Choice string
	Count  int
	Names  []string // the first of them, in order: all, or ShownNames
	Mine   bool     // the asker has it
}

// The states of a question.
const (
	Open     = "open"
	Answered = "answered"
	Expired  = "expired"
)

// State returns how it stands with the question.
func (q *Question) State() string {
	switch {
	case q.Answered == 0:
		return Open
	case q.Expired:
		return Expired
	}
	return Answered
}

// AppendJSON appends the wire form, an object.
func (q *Question) AppendJSON(dst []byte) []byte {
	dst = chat.AppendQuoted(append(q.AppendTerms(append(dst, '{')), `,"state":`...), q.State())
	if q.Answered != 0 {
		dst = chat.AppendQuoted(append(dst, `,"choice":`...), q.Choice)
		if q.By != "" {
			dst = chat.AppendQuoted(append(dst, `,"user_name":`...), string(q.By))
		}
		dst = append(chat.AppendTime(append(dst, `,"time":"`...), q.At), '"')
	}
	for i := range q.Votes {
		dst = append(dst, []string{`,"votes":[`, ","}[min(i, 1)]...)
		dst = q.Votes[i].append(dst)
	}
	if len(q.Votes) > 0 {
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (v *Vote) append(dst []byte) []byte {
	dst = chat.AppendQuoted(append(dst, `{"choice":`...), v.Choice)
	dst = strconv.AppendInt(append(dst, `,"count":`...), int64(v.Count), 10)
	dst = append(dst, `,"names":[`...)
	for i, name := range v.Names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = chat.AppendQuoted(dst, name)
	}
	dst = append(dst, ']')
	if v.Mine {
		dst = append(dst, `,"mine":true`...)
	}
	return append(dst, '}')
}

// memory returns about how many bytes it takes.
func (q *Question) memory() int {
	size := len(q.Choices) + len(q.From) + len(q.Choice)
	for _, v := range q.Votes {
		size += len(v.Choice)
		for _, name := range v.Names {
			size += len(name)
		}
	}
	return size
}

const (
	questionColumns = `seq, choices, names, until, fallback, poll, answer, expired, choice, person, name, time`
	questionsQuery  = "SELECT " + questionColumns + " FROM asks_questions WHERE seq IN (SELECT value FROM json_each(?))"
	votesQuery      = `SELECT choice, count(*),
		(SELECT json_group_array(name) FROM (SELECT name FROM asks_votes n WHERE n.target = v.target AND n.choice = v.choice ORDER BY n.seq LIMIT ?)),
		ifnull(sum(person = ?), 0) FROM asks_votes v WHERE target = ? GROUP BY choice`
)

// questions reads questions. It may be used concurrently.
type questions struct{ all, votes query }

func newQuestions() questions {
	return questions{all: query{sql: questionsQuery}, votes: query{sql: votesQuery}}
}

// of returns those of the messages at some positions.
func (q *questions) of(ctx context.Context, db *sql.DB, asker string, seqs []uint64) (map[uint64]*Question, error) {
	rows, err := q.all.rows(ctx, db, list(seqs))
	if err != nil {
		return nil, err
	}
	found, err := readQuestions(rows)
	if err != nil {
		return nil, err
	}
	for seq, question := range found {
		if !question.Poll {
			continue
		}
		if err := q.addVotes(ctx, db, asker, seq, question); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readQuestions(rows *sql.Rows) (map[uint64]*Question, error) {
	defer rows.Close()
	found := make(map[uint64]*Question)
	for rows.Next() {
		var q Question
		var at int64
		if err := rows.Scan(&q.Of, &q.Choices, &q.From, &q.Until, &q.Default, &q.Poll, &q.Answered, &q.Expired, &q.Choice, &q.person, &q.By, &at); err != nil {
			return nil, err
		}
		if q.Answered != 0 {
			q.At = time.UnixMilli(at).UTC()
		}
		found[q.Of] = &q
	}
	return found, rows.Err()
}

// addVotes counts a poll.
func (q *questions) addVotes(ctx context.Context, db *sql.DB, asker string, seq uint64, question *Question) error {
	rows, err := q.votes.rows(ctx, db, ShownNames, asker, position(seq))
	if err != nil {
		return err
	}
	defer rows.Close()
	counted := make(map[string]Vote)
	for rows.Next() {
		var v Vote
		var names []byte
		if err := rows.Scan(&v.Choice, &v.Count, &names, &v.Mine); err != nil {
			return err
		}
		if err := json.Unmarshal(names, &v.Names); err != nil {
			return err
		}
		counted[v.Choice] = v
	}
	for _, choice := range question.List() {
		v := counted[choice]
		v.Choice = choice
		question.Votes = append(question.Votes, v)
	}
	return rows.Err()
}
