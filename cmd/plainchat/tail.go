package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tmaxmax/go-sse"

	"plainchat/chat"
	"plainchat/locale"
)

// tailCmd prints messages as they come.
type tailCmd struct {
	authorized
	Room  []roomName `default:"lobby" placeholder:"ROOM"`
	Since string     `placeholder:"WHEN"`
	JSON  bool       `name:"json"`

	Exec     string `placeholder:"COMMAND"`
	Position string `placeholder:"FILE"`
}

// Validate is called by kong once the flags are set.
func (c *tailCmd) Validate() error {
	if _, err := chat.ParseSince(c.Since, time.Now()); err != nil {
		return locale.NewError("cli.since", "given", quoted(c.Since))
	}
	if c.Position != "" && c.Exec == "" {
		return locale.NewError("cli.position_alone")
	}
	return nil
}

const (
	// silence is how long a stream may be silent, heartbeats included, before it
	// is taken for dead.
	silence = 45 * time.Second
	// maxEvent is the largest event read, in bytes.
	maxEvent = 1 << 20
)

// longestTailPause is how long the server may have tail wait before it tries again.
const longestTailPause = time.Minute

// Run prints every message once, forever: it reconnects when the stream ends, and
// resumes after the last event it has printed.
func (c *tailCmd) Run(ctx context.Context, std stdio) error {
	t := tailer{
		tailCmd: c, printer: printer{std: std, json: c.JSON, rooms: len(c.Room) > 1, day: startOfDay(time.Now())},
		pause: backoff{longest: longestTailPause}, troubles: troubles{std: std, then: std.words.Text("cli.trying_again")},
	}
	if c.Position != "" {
		var err error
		if t.last, err = c.readPosition(); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		err := t.follow(ctx)
		if r, ok := errors.AsType[*refusal](err); ok && r.final() {
			return err
		}
		if _, ok := errors.AsType[*outputError](err); ok {
			return err
		}
		if ctx.Err() == nil {
			t.troubles.tell(c.describe(err))
		}
		_ = t.pause.wait(ctx, err) // the loop looks at ctx itself
	}
	return nil
}

var (
	// errStreamEnded is how a server that stops ends a stream.
	errStreamEnded = locale.NewError("cli.stream_ended")
	errSilent      = locale.NewError("cli.silent", "seconds", silence.Seconds())
)

// tailer is a tail under way.
type tailer struct {
	*tailCmd
	printer
	last     string // the last event id
	pause    backoff
	troubles troubles
}

// follow prints one stream until it ends.
func (t *tailer) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watchdog.Stop()
	body, err := t.open(ctx)
	if err != nil {
		return causeOf(ctx, err)
	}
	defer body.Close()
	heard := readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		watchdog.Reset(silence)
		return n, err
	})
	for ev, err := range sse.Read(heard, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			return causeOf(ctx, err)
		}
		t.pause.tries = 0
		t.troubles.over()
		watchdog.Stop() // a command may take its time
		if err := t.take(ctx, ev); err != nil {
			return err
		}
		watchdog.Reset(silence)
		if _, err := chat.ParseID(ev.LastEventID); err == nil { // else it could not be sent back
			t.last = ev.LastEventID
		}
	}
	return errStreamEnded
}

// take does with an event what the flags say.
func (t *tailer) take(ctx context.Context, ev sse.Event) error {
	if t.Exec != "" && ev.Type == "my response" {
		return t.obey(ctx, ev)
	}
	return t.print(ev)
}

// causeOf is the error that a context ended with where that is behind err.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// open requests the stream, after the last event id if there is one.
func (t *tailer) open(ctx context.Context) (io.ReadCloser, error) {
	query := url.Values{}
	for _, room := range t.Room {
		query.Add("room", string(room))
	}
	if t.Since != "" {
		query.Set("since", t.Since)
	}
	header := http.Header{"Accept": {"text/event-stream"}}
	if t.last != "" {
		header.Set("Last-Event-ID", t.last)
	}
	res, err := t.do(ctx, call{method: http.MethodGet, path: "/events", query: query, header: header})
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK || mediaType(res) != "text/event-stream" {
		defer res.Body.Close()
		return nil, refused(res)
	}
	return res.Body, nil
}
