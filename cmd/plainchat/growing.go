package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"plainchat/chat"
	"plainchat/internal/growth"
	"plainchat/locale"
)

// How long the last state of a message is tried. A room that has never been reached is not waited for as
// long: whoever runs a command wants to know its outcome.
const (
	endPatience    = patience
	unseenPatience = 5 * time.Second
)

// growing is a message that grows in a room with the output of something.
type growing struct {
	*authorized
	*growth.Message
	std      stdio
	room     chat.Room
	name     *string
	replyTo  messageID   // zero for none
	secret   string      // by which its sender is its author, who may have no name of their own
	seen     atomic.Bool // by the room
	trouble  error       // the last one
	troubles troubles
	pause    backoff
}

// grow returns a message of which nothing is in the room yet. then is what is done about a server that
// does not answer.
func (a *authorized) grow(std stdio, room roomName, name *string, title, then string) *growing {
	g := &growing{
		authorized: a, std: std, room: chat.Room(room), name: name, secret: rand.Text(),
		troubles: troubles{std: std, then: std.words.Text(then)}, pause: backoff{longest: maxBackoff},
	}
	g.Message = growth.New(growth.Options{
		Title: title, Put: g.put, Retry: g.retry,
		LeftOut: func(lines int) string { return std.words.Text("text.lines_left_out", "n", lines) },
	})
	return g
}

// put has the message say a text. It is the same message each time, by its key.
func (g *growing) put(ctx context.Context, text string, s chat.Status) error {
	members := map[string]string{"message": text}
	switch {
	case g.name != nil:
		members["user_name"] = *g.name
	case g.token == "": // else the name is the token's
		members["user_name"] = string(chat.Anonymous)
	}
	if g.replyTo.Seq != 0 {
		members["reply_to"] = chat.ID(g.replyTo).String()
	}
	body, err := json.Marshal(members)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if g.token == "" {
		header.Set("Plainchat-Author", g.secret)
	}
	query := url.Values{"state": {string(s.State)}}
	if s.State == chat.Ended {
		query.Set("exit", strconv.FormatUint(uint64(s.Exit), 10))
		query.Set("ms", strconv.FormatInt(s.Took.Milliseconds(), 10))
	}
	key := chat.AuthorKey(g.secret)
	err = g.try(ctx, delivery{key: key, call: call{method: http.MethodPut, path: g.room.Path() + "/messages/by-key/" + key, query: query, header: header, body: body}})
	if err == nil {
		g.seen.Store(true)
		g.trouble, g.pause.tries = nil, 0
		g.troubles.over()
	}
	return err
}

// retry waits, unless the server will never take the message.
func (g *growing) retry(ctx context.Context, err error) error {
	g.trouble = g.describe(err)
	r, answered := errors.AsType[*refusal](err)
	if _, elsewhere := errors.AsType[*moved](err); elsewhere || answered && r.final() {
		g.troubles.then = g.std.words.Text("cli.unseen")
		g.troubles.tell(g.trouble)
		return err
	}
	if !answered || r.code == "" {
		g.troubles.tell(g.trouble)
	}
	return g.pause.wait(ctx, err)
}

// growUntil has the message grow until done has returned how that ended, which it is told at last. done
// runs to its end whatever the server says. The error is that the room does not see the end.
func (g *growing) growUntil(ctx context.Context, done func() chat.Status) error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	g.End(done())
	patience := unseenPatience
	if g.seen.Load() {
		patience = endPatience
	}
	defer time.AfterFunc(patience, cancel).Stop()
	switch err := <-ended; {
	case err == nil:
		return nil
	case ctx.Err() == nil:
		return &exitError{code: 1} // told before
	}
	return locale.NewError("cli.end_unseen", "cause", g.trouble)
}
