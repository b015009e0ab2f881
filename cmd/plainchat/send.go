package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"plainchat/chat"
)

// sendCmd sends messages.
type sendCmd struct {
	target
	Room  roomName `default:"lobby" help:"Room to send to."`
	Name  string   `default:"anonymous" help:"Your name."`
	Whole bool     `help:"Send the standard input as one message."`
	Text  []string `arg:"" optional:"" help:"What to say; without it the standard input is read."`
}

// patience is how long sending one message is tried.
const patience = 30 * time.Second

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
// id, so it is said once however many of them arrive.
func (c *sendCmd) send(ctx context.Context, std stdio, text string) error {
	if !utf8.ValidString(text) {
		return errors.New("the message is not valid UTF-8, and nothing of it was sent; convert it to UTF-8")
	}
	body, err := json.Marshal(map[string]string{
		"user_name": c.Name, "message": text, "client_id": rand.Text(),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := new(backoff); ; {
		err := c.post(ctx, body)
		if err == nil {
			return nil
		}
		r, answered := errors.AsType[*refusal](err)
		if answered && !r.temporary() {
			return err
		}
		if !answered && pause.tries == 0 {
			fmt.Fprintf(std.err, "plainchat: %v (trying for %.0f seconds)\n", c.describe(err), patience.Seconds())
		}
		if pause.wait(ctx, err) != nil {
			return c.describe(err)
		}
	}
}

func (c *sendCmd) post(ctx context.Context, body []byte) error {
	address := c.at(chat.Room(c.Room).Path()+"/messages", nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		return refused(res)
	}
	_, err = io.Copy(io.Discard, res.Body) // so that the connection can be used again
	return err
}
