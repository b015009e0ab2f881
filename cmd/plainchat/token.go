package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"plainchat/chat"
	"plainchat/locale"
)

// tokenCmd administers the tokens of scripts.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:""`
	List   tokenListCmd   `cmd:""`
	Revoke tokenRevokeCmd `cmd:""`
}

// tokenJSON is a token as the server tells of it.
type tokenJSON struct {
	ID    string    `json:"id,omitempty"`
	Name  chat.Name `json:"name"`
	Room  chat.Room `json:"room,omitempty"`
	Read  bool      `json:"read"`
	Write bool      `json:"write"`
	Token string    `json:"token,omitempty"` // the secret, in the answer that makes it
}

type tokenCreateCmd struct {
	operated
	Name  string   `required:"" placeholder:"NAME"`
	Room  roomName `placeholder:"ROOM"`
	Read  bool     `xor:"rights"`
	Write bool     `xor:"rights"`
}

// Run prints the secret alone, for a script to read.
func (c *tokenCreateCmd) Run(ctx context.Context, std stdio) error {
	wanted := tokenJSON{Name: chat.Name(c.Name), Room: chat.Room(c.Room), Read: !c.Write, Write: !c.Read}
	var made tokenJSON
	if err := c.ask(ctx, http.MethodPost, "/operator/tokens", wanted, &made); err != nil {
		return err
	}
	if made.Token == "" {
		return locale.NewError("cli.no_token_answered")
	}
	_, err := fmt.Fprintln(std.out, made.Token)
	return err
}

type tokenListCmd struct{ operated }

// Run prints a line for each token.
func (c *tokenListCmd) Run(ctx context.Context, std stdio) error {
	var list struct {
		Tokens []tokenJSON `json:"tokens"`
	}
	if err := c.ask(ctx, http.MethodGet, "/operator/tokens", nil, &list); err != nil {
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, t := range list.Tokens {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.ID, chat.LineForTerminal(string(t.Name)), t.rights(), t.room())
	}
	return table.Flush()
}

func (t tokenJSON) rights() string {
	var rights []string
	if t.Read {
		rights = append(rights, "read")
	}
	if t.Write {
		rights = append(rights, "write")
	}
	return strings.Join(rights, ",")
}

func (t tokenJSON) room() string {
	if t.Room == "" {
		return "*"
	}
	return string(t.Room)
}

type tokenRevokeCmd struct {
	operated
	ID string `arg:""`
}

// Run revokes.
func (c *tokenRevokeCmd) Run(ctx context.Context, std stdio) error {
	return c.ask(ctx, http.MethodDelete, "/operator/tokens/"+url.PathEscape(c.ID), nil, nil)
}
