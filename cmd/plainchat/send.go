package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"plainchat/chat"
	"plainchat/locale"
)

// sendCmd sends messages.
type sendCmd struct {
	authorized
	Room    roomName  `default:"lobby" placeholder:"ROOM"`
	Name    *string   `placeholder:"NAME"`
	ReplyTo messageID `placeholder:"ID"`
	Whole   bool
	Text    []string `arg:"" optional:""`
}

// readWhole reads a text to its end, without the line's end that shells put there.
func readWhole(in io.Reader) (string, error) {
	text, err := io.ReadAll(in)
	return strings.TrimSuffix(string(text), "\n"), err
}

// Run sends, in order, each message after the one before was acknowledged.
func (c *sendCmd) Run(ctx context.Context, std stdio) error {
	if len(c.Text) > 0 {
		return c.send(ctx, std, strings.Join(c.Text, " "))
	}
	if c.Whole {
		text, err := readWhole(std.in)
		if err != nil {
			return err
		}
		return c.send(ctx, std, text)
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
		return locale.NewError("cli.line_too_long")
	}
	return lines.Err()
}

// send sends one message, and tries until it is acknowledged.
func (c *sendCmd) send(ctx context.Context, std stdio, text string) error {
	message := map[string]string{"message": text}
	switch {
	case c.Name != nil:
		message["user_name"] = *c.Name
	case c.token == "": // else the name is the token's
		message["user_name"] = string(chat.Anonymous)
	}
	if c.ReplyTo.Seq != 0 {
		message["reply_to"] = chat.ID(c.ReplyTo).String()
	}
	return c.deliverText(ctx, std, delivery{what: locale.NewError("cli.what.message"), call: call{method: http.MethodPost, path: chat.Room(c.Room).Path() + "/messages"}}, message)
}
