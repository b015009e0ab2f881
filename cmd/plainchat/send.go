package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"plainchat/chat"
)

// sendCmd sends messages.
type sendCmd struct {
	target
	Room  roomName `default:"lobby" placeholder:"ROOM" help:"Room to send to."`
	Name  string   `default:"anonymous" placeholder:"NAME" help:"Your name."`
	Whole bool     `help:"Send all of the standard input as one message."`
	Text  []string `arg:"" optional:"" help:"The message; without it, the standard input is read."`
}

const (
	// patience is how long sending one message is tried.
	patience = 30 * time.Second
	// attempt is how long one try may take.
	attempt = 10 * time.Second
)

// Run sends, in order, each message after the one before was acknowledged.
func (c *sendCmd) Run(ctx context.Context, std stdio) error {
	if len(c.Text) > 0 {
		return c.send(ctx, std, strings.Join(c.Text, " "))
	}
	if c.Whole {
		text, err := io.ReadAll(std.in)
		if err != nil {
			return err
		}
		return c.send(ctx, std, strings.TrimSuffix(string(text), "\n"))
	}
	lines := bufio.NewScanner(std.in)
	lines.Buffer(nil, 4*chat.MaxTextLength+2) // and the end of a line
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := c.send(ctx, std, lines.Text()); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errors.New("a line is longer than a message may be (8,000 characters); shorten it")
	}
	return lines.Err()
}

// send tries until the message is acknowledged. All tries carry the same client
// id, so it is stored once however many of them arrive.
func (c *sendCmd) send(ctx context.Context, std stdio, text string) error {
	if !utf8.ValidString(text) {
		return errors.New("the message is not valid UTF-8, and nothing of it was sent; convert it to UTF-8")
	}
	clientID := rand.Text()
	body, err := json.Marshal(map[string]string{
		"user_name": c.Name, "message": text, "client_id": clientID,
	})
	if err != nil {
		return err
	}
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	troubles := troubles{out: std.err, then: fmt.Sprintf("trying for %.0f seconds", patience.Seconds())}
	unsure := false
	for pause := (backoff{longest: maxBackoff}); ; {
		err := c.post(patient, body, clientID)
		r, answered := errors.AsType[*refusal](err)
		_, elsewhere := errors.AsType[*moved](err)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case elsewhere, answered && r.final():
			return err
		}
		unsure = unsure || mayHaveArrived(err)
		if !answered || r.code == "" {
			troubles.tell(c.describe(err))
		}
		if pause.wait(patient, err) == nil {
			continue
		}
		outcome := "the message was not stored"
		if unsure {
			outcome = "it is not known whether the message was stored"
		}
		return fmt.Errorf("gave up, and %s: %w", outcome, c.describe(err))
	}
}

// mayHaveArrived reports whether the server may have stored a message that it has not
// acknowledged: always, unless it says that it took none, or no connection came about.
func mayHaveArrived(err error) bool {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code == "" || r.status >= http.StatusInternalServerError
	}
	op, ok := errors.AsType[*net.OpError](err)
	return !ok || op.Op != "dial"
}

func (c *sendCmd) post(ctx context.Context, body []byte, clientID string) error {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	res, err := c.do(ctx, call{
		method: http.MethodPost, path: chat.Room(c.Room).Path() + "/messages",
		header: http.Header{"Content-Type": {"application/json"}}, body: body,
	})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return acknowledged(res, clientID)
}
