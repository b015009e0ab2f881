package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"

	"plainchat/chat"
	"plainchat/locale"
)

// reactCmd puts an emoji to a message.
type reactCmd struct {
	addressed
	Emoji  emoji   `arg:""`
	Name   *string `placeholder:"NAME"`
	Remove bool
}

// Run reacts.
func (c *reactCmd) Run(ctx context.Context, std stdio) error {
	d := delivery{what: locale.NewError("cli.what.reaction"), key: rand.Text(), mayBeSo: true}
	d.method, d.path = http.MethodPut, c.path()+"/reactions/"+url.PathEscape(string(c.Emoji))
	if c.Remove {
		d.method = http.MethodDelete
	}
	if c.Name != nil {
		d.query = url.Values{"user_name": {*c.Name}}
	}
	d.header = http.Header{"Idempotency-Key": {d.key}}
	return c.deliver(ctx, std, d)
}

// emoji is one on the command line.
type emoji string

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *emoji) UnmarshalText(text []byte) error {
	parsed, err := chat.ParseEmoji(string(text))
	*e = emoji(parsed)
	return inSentences(err)
}
