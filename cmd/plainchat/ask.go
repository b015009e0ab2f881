package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"plainchat/chat"
	"plainchat/locale"
)

// askCmd asks people something, and waits for the answer.
type askCmd struct {
	authorized
	Room     roomName `default:"lobby" placeholder:"ROOM"`
	Name     *string  `placeholder:"NAME"`
	Wait     waiting  `placeholder:"DURATION"`
	From     []string `placeholder:"NAME" sep:"none"`
	Default  string   `placeholder:"CHOICE"`
	Poll     bool
	ClientID string   `name:"client-id" placeholder:"KEY"`
	Question string   `arg:""`
	Choices  []string `arg:""`
}

// waiting is how long there is for an answer.
type waiting time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *waiting) UnmarshalText(text []byte) error {
	d, err := chat.ParseDuration(string(text))
	if err != nil || d <= 0 || d > chat.MaxAskTime {
		return locale.NewError("cli.not_wait", "given", quoted(text))
	}
	*w = waiting(d)
	return nil
}

// The exit codes of ask beside those of its choices, which are 0 to 9 in their order: as sysexits.h has them, and
// as shells have an interruption.
const (
	exitUsage       = 64
	exitFailed      = 69
	exitUnanswered  = 75
	exitInterrupted = 130
)

// askOutcome is how ask ends, whose exit codes tell what was answered from what went wrong.
func askOutcome(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*exitError](err); ok || err == nil {
		return err
	}
	_, usage := errors.AsType[*usageError](err)
	switch {
	case usage:
		return &exitError{exitUsage, err}
	case ctx.Err() != nil:
		return &exitError{exitInterrupted, err}
	}
	return &exitError{exitFailed, err}
}

// Validate is called by kong once the flags are set.
func (c *askCmd) Validate() error {
	if _, err := chat.ParseText(c.Question); err != nil {
		return inSentences(err)
	}
	if _, err := chat.NewAsk(c.Choices, c.From, c.Default); err != nil {
		return inSentences(err)
	}
	switch {
	case c.Poll && c.Wait == 0:
		return locale.NewError("cli.ask.poll_wait")
	case c.Poll && c.Default != "":
		return locale.NewError("problem.default_of_poll")
	}
	return inSentences(chat.CheckKey(c.ClientID))
}

// Run asks, prints the answer, and ends with its exit code. It survives that the server is away for a while, and
// with --client-id that it is killed itself: the question is the same.
func (c *askCmd) Run(ctx context.Context, std stdio) error {
	patient, cancel := c.patience(ctx)
	defer cancel()
	a := asker{askCmd: c, std: std, troubles: troubles{std: std, then: std.words.Text("cli.trying_again")}}
	q, err := a.untilAnswered(patient)
	switch {
	case err == nil:
		return c.tell(std, q)
	case ctx.Err() != nil && a.id != "":
		return locale.NewError("cli.ask.interrupted", "id", a.id)
	case ctx.Err() != nil:
		return ctx.Err()
	case patient.Err() != nil:
		return locale.NewError("cli.ask.gave_up", "cause", c.describe(cmpError(a.last, err)))
	}
	return err
}

// cmpError returns the first error that there is.
func cmpError(errs ...error) error {
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	return errs[max(i, 0)]
}

// late is how long after the time of a question its end is awaited, since the server may be away.
const late = time.Minute

// patience returns a context for as long as there can be an answer.
func (c *askCmd) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.Wait == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(c.Wait)+late)
}

// askedJSON is a question as the server tells of it.
type askedJSON struct {
	ID  string `json:"id"`
	Ask *struct {
		State  string
		Choice string
		Votes  []struct {
			Choice string
			Count  int
		}
	} `json:"ask"`
}

// tell prints what was answered, and returns its exit code.
func (c *askCmd) tell(std stdio, q askedJSON) error {
	if c.Poll {
		for _, v := range q.Ask.Votes {
			if _, err := fmt.Fprintf(std.out, "%d\t%s\n", v.Count, chat.LineForTerminal(v.Choice)); err != nil {
				return err
			}
		}
		return nil
	}
	if q.Ask.Choice == "" {
		return &exitError{exitUnanswered, locale.NewError("cli.ask.unanswered")}
	}
	if _, err := fmt.Fprintln(std.out, chat.LineForTerminal(q.Ask.Choice)); err != nil {
		return err
	}
	ask, err := chat.NewAsk(c.Choices, nil, "")
	if err != nil {
		return err
	}
	if code := slices.Index(ask.List(), q.Ask.Choice); code != 0 {
		return &exitError{code: code}
	}
	return nil
}

// asker is an ask under way.
type asker struct {
	*askCmd
	std      stdio
	id       string // of the question; empty until the server has it
	pause    backoff
	troubles troubles
	last     error // that it was held up by
}

// untilAnswered asks, and returns the question once it is over.
func (a *asker) untilAnswered(ctx context.Context) (q askedJSON, err error) {
	a.pause.longest = longestTailPause
	request, err := a.request()
	if err != nil {
		return q, err
	}
	for {
		begun := time.Now()
		q, err = a.try(ctx, request)
		switch {
		case err == nil && q.Ask.State != "open":
			return q, nil
		case err == nil:
			a.troubles.over()
			a.pause.tries = 0
			if a.id == q.ID && time.Since(begun) < time.Second { // what lies on the way does not let it wait
				_ = a.pause.wait(ctx, nil)
			}
			a.id, request = q.ID, a.poll(q.ID)
			continue
		case ctx.Err() != nil, a.final(err):
			return q, err
		}
		a.last = err
		a.troubles.tell(a.describe(err))
		if err := a.pause.wait(ctx, err); err != nil {
			return q, err
		}
	}
}

// final reports whether trying again is in vain. A node of several may come to know a question a moment later than
// another.
func (a *asker) final(err error) bool {
	_, elsewhere := errors.AsType[*moved](err)
	r, refused := errors.AsType[*refusal](err)
	behind := refused && a.id != "" && r.code == "no_question" && a.pause.tries < 5
	return elsewhere || refused && r.final() && !behind
}

// request is how the question is asked. All tries have the same key, so it is asked once however many of them arrive.
func (a *asker) request() (call, error) {
	members := map[string]any{"message": a.Question, "choices": a.Choices, "client_id": a.ClientID}
	if a.ClientID == "" {
		members["client_id"] = rand.Text()
	}
	switch {
	case a.Name != nil:
		members["user_name"] = *a.Name
	case a.token == "": // else the name is the token's
		members["user_name"] = string(chat.Anonymous)
	}
	if len(a.From) > 0 {
		members["from"] = a.From
	}
	if a.Wait > 0 {
		members["wait"] = time.Duration(a.Wait).Seconds()
	}
	if a.Default != "" {
		members["default"] = a.Default
	}
	if a.Poll {
		members["poll"] = true
	}
	body, err := json.Marshal(members)
	return call{method: http.MethodPost, path: chat.Room(a.Room).Path() + "/asks", header: http.Header{"Content-Type": {"application/json"}}, body: body}, err
}

// pollTime is how long the server is asked to wait for the answer, and answerTime within what it is to answer then.
const (
	pollTime   = 50 * time.Second
	answerTime = pollTime + attempt
)

// poll is how the server is asked for the answer.
func (a *asker) poll(id string) call {
	return call{method: http.MethodGet, path: chat.Room(a.Room).Path() + "/asks/" + url.PathEscape(id), query: url.Values{"wait": {pollTime.String()}}}
}

// try makes a request once.
func (a *asker) try(ctx context.Context, request call) (q askedJSON, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	res, err := a.do(ctx, request)
	if err != nil {
		return q, err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 || mediaType(res) != "application/json" {
		return q, refused(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAck))
	if err != nil {
		return q, err
	}
	if json.Unmarshal(body, &q) != nil || q.ID == "" || q.Ask == nil {
		return q, &refusal{status: res.StatusCode, guess: locale.NewError("cli.guess_not_ack", "status", statusLine(res.StatusCode))}
	}
	return q, nil
}
