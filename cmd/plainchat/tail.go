package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tmaxmax/go-sse"

	"plainchat/broker"
	"plainchat/chat"
)

// tailCmd prints messages as they come.
type tailCmd struct {
	target
	Room  []roomName `default:"lobby" help:"Room to listen to; may be given several times."`
	Since string     `help:"Where to begin: an id, all, a duration back (10m, 2d), or a time (RFC 3339); from now without it."`
	JSON  bool       `name:"json" help:"Print each message as a line of JSON."`
}

// Validate is called by kong once the flags are set.
func (c *tailCmd) Validate() error {
	if !broker.ValidSince(c.Since) {
		return fmt.Errorf(`--since is an id, "all", a duration back (10m, 2d), or a time (2026-01-31T09:00:00Z); %q is none`, c.Since)
	}
	return c.target.Validate()
}

const (
	// silence is how long a stream may be silent, heartbeats included, before it
	// is taken for dead.
	silence = 45 * time.Second
	// maxEvent is the largest event read, in bytes.
	maxEvent = 1 << 20
)

// Run prints every message once, for ever: it reconnects when the stream ends,
// and resumes after the last event it has printed.
func (c *tailCmd) Run(ctx context.Context, std stdio) error {
	var last string // the last event id
	pause := new(backoff)
	for ctx.Err() == nil {
		err := c.follow(ctx, std, &last, pause)
		if r, ok := errors.AsType[*refusal](err); ok && !r.temporary() {
			return err
		}
		if _, ok := errors.AsType[*outputError](err); ok {
			return err
		}
		if ctx.Err() == nil {
			fmt.Fprintln(std.err, "plainchat:", c.describe(err), "(trying again)")
		}
		_ = pause.wait(ctx, err) // the loop looks at ctx itself
	}
	return nil
}

// errStreamEnded is how a server that stops ends a stream.
var errStreamEnded = errors.New("the server ended the stream")

// outputError is a failure to print, after which there is no point in going on.
type outputError struct{ error }

// follow prints one stream until it ends.
func (c *tailCmd) follow(ctx context.Context, std stdio, last *string, pause *backoff) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watchdog := time.AfterFunc(silence, cancel)
	defer watchdog.Stop()
	body, err := c.open(ctx, *last)
	if err != nil {
		return err
	}
	defer body.Close()
	heard := readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		watchdog.Reset(silence)
		return n, err
	})
	for ev, err := range sse.Read(heard, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			return err
		}
		pause.tries = 0
		if err := c.print(std, ev); err != nil {
			return err
		}
		*last = ev.LastEventID
	}
	return errStreamEnded
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// open requests the stream, after the last event id if there is one.
func (c *tailCmd) open(ctx context.Context, last string) (io.ReadCloser, error) {
	query := url.Values{}
	for _, room := range c.Room {
		query.Add("room", string(room))
	}
	if c.Since != "" {
		query.Set("since", c.Since)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.at("/events", query), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, refused(res)
	}
	return res.Body, nil
}

// print writes a message to the standard output, and of a gap to the standard
// error. Other events are not for a person.
func (c *tailCmd) print(std stdio, ev sse.Event) error {
	switch {
	case ev.Type == "gap":
		var gap struct{ Detail string }
		if json.Unmarshal([]byte(ev.Data), &gap) != nil || gap.Detail == "" {
			gap.Detail = "some messages may be missing"
		}
		fmt.Fprintln(std.err, "plainchat:", chat.ForTerminal(gap.Detail))
		return nil
	case ev.Type != "my response":
		return nil
	case c.JSON:
		return c.line(std, ev.Data)
	}
	var message chat.Event
	if err := message.UnmarshalJSON([]byte(ev.Data)); err != nil {
		return fmt.Errorf("the server sent a message that is not JSON: %w", err)
	}
	room := ""
	if len(c.Room) > 1 {
		room = "#" + string(message.Room) + " "
	}
	return c.line(std, message.Time.Local().Format("15:04:05 ")+room+string(message.UserName)+": "+chat.ForTerminal(message.Text))
}

func (c *tailCmd) line(std stdio, text string) error {
	if _, err := fmt.Fprintln(std.out, text); err != nil {
		return &outputError{err}
	}
	return nil
}
