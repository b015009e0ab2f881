package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/internal/console"
	"plainchat/locale"
)

// sendCmd sends messages.
type sendCmd struct {
	authorized
	Room    roomName  `default:"lobby" placeholder:"ROOM"`
	Name    *string   `placeholder:"NAME"`
	ReplyTo messageID `placeholder:"ID" xor:"about"`
	Edit    messageID `placeholder:"ID" xor:"about,edit"`
	Whole   bool      `xor:"source"`
	File    string    `placeholder:"FILE" xor:"source"`
	Live    bool      `xor:"source,edit"`
	Title   string    `placeholder:"TEXT"`
	Text    []string  `arg:"" optional:""`
}

// Validate is called by kong once the flags are set.
func (c *sendCmd) Validate() error {
	switch {
	case len(c.Text) > 0 && c.Live:
		return locale.NewError("cli.send.two_texts", "flag", "--live")
	case len(c.Text) > 0 && c.File != "":
		return locale.NewError("cli.send.two_texts", "flag", "--file")
	case c.Title != "" && !c.Live:
		return locale.NewError("cli.send.title")
	}
	return nil
}

// Run sends, in order, each message after the one before was acknowledged.
func (c *sendCmd) Run(ctx context.Context, std stdio) error {
	switch {
	case c.Live:
		return c.live(ctx, std)
	case len(c.Text) > 0:
		return c.send(ctx, std, strings.Join(c.Text, " "))
	case c.File != "" && c.File != "-":
		return c.sendFile(ctx, std)
	case c.Whole, c.File != "", c.Edit.Seq != 0:
		return c.sendWhole(ctx, std, std.in)
	}
	return c.sendLines(ctx, std)
}

func (c *sendCmd) sendFile(ctx context.Context, std stdio) error {
	file, err := os.Open(c.File)
	if err != nil {
		return locale.NewError("cli.send.unreadable", "name", c.File, "cause", errors.Unwrap(err)) // which does without the name
	}
	defer file.Close()
	return c.sendWhole(ctx, std, file)
}

// sendWhole sends a text as one message. One that is too long is refused, and not sent in parts: others would
// write between them, and a part is all there was if the next fails.
func (c *sendCmd) sendWhole(ctx context.Context, std stdio, in io.Reader) error {
	text, err := readWhole(in)
	if err != nil {
		return err
	}
	return c.send(ctx, std, text)
}

// maxRead is how much is read of a text: more than a message takes, with the end of its line.
const maxRead = 4*chat.MaxTextLength + 2

// readWhole reads a text to its end, without the line's end that shells put there.
func readWhole(in io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxRead+1))
	if len(text) > maxRead {
		return "", locale.NewError("cli.text_too_long")
	}
	return strings.TrimSuffix(string(text), "\n"), err
}

func (c *sendCmd) sendLines(ctx context.Context, std stdio) error {
	lines := bufio.NewScanner(std.in)
	lines.Buffer(nil, maxRead)
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

// send sends one message, or the edit of one, and tries until it is acknowledged.
func (c *sendCmd) send(ctx context.Context, std stdio, text string) error {
	messages, members := chat.Room(c.Room).Path()+"/messages", map[string]string{"message": text}
	if c.Edit.Seq != 0 {
		edit := call{method: http.MethodPatch, path: messages + "/" + chat.ID(c.Edit).String()}
		return c.deliverText(ctx, std, delivery{what: locale.NewError("cli.what.edit"), call: edit}, members)
	}
	switch {
	case c.Name != nil:
		members["user_name"] = *c.Name
	case c.token == "": // else the name is the token's
		members["user_name"] = string(chat.Anonymous)
	}
	if c.ReplyTo.Seq != 0 {
		members["reply_to"] = chat.ID(c.ReplyTo).String()
	}
	return c.deliverText(ctx, std, delivery{what: locale.NewError("cli.what.message"), call: call{method: http.MethodPost, path: messages}}, members)
}

// live has a message grow with the standard input, which is read to its end whatever the server says: what
// writes it is not to fail for that.
func (c *sendCmd) live(ctx context.Context, std stdio) error {
	g := c.grow(std, c.Room, c.Name, console.Title(c.Title), "cli.trying_again")
	g.replyTo = c.ReplyTo
	start := time.Now()
	var failed error
	err := g.growUntil(ctx, func() chat.Status {
		read := make(chan error, 1)
		go func() { // for good, if ctx ends first
			_, err := io.Copy(g, std.in)
			read <- err
		}()
		select {
		case failed = <-read:
		case <-ctx.Done():
			failed = ctx.Err()
		}
		if failed != nil {
			return chat.Status{State: chat.Lost}
		}
		return chat.Status{State: chat.Ended, Took: time.Since(start).Truncate(time.Millisecond)}
	})
	if failed != nil {
		return failed
	}
	return err
}
