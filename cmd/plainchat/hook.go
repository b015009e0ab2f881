package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"

	"plainchat/chat"
)

// hookCmd administers the addresses at which other programs post into a room.
type hookCmd struct {
	Create hookCreateCmd `cmd:""`
	List   hookListCmd   `cmd:""`
	Revoke hookRevokeCmd `cmd:""`
}

// hookJSON is a hook as the server tells of it.
type hookJSON struct {
	ID   string    `json:"id,omitempty"`
	Name chat.Name `json:"name"`
	Room chat.Room `json:"room"`
	URL  string    `json:"url,omitempty"` // with the secret, in the answer that makes it
}

type hookCreateCmd struct {
	operated
	Room roomName `required:"" placeholder:"ROOM"`
	Name string   `required:"" placeholder:"NAME"`
}

// Run prints the address alone, for a script to read.
func (c *hookCreateCmd) Run(ctx context.Context, std stdio) error {
	var made hookJSON
	if err := c.ask(ctx, http.MethodPost, "/operator/hooks", hookJSON{Name: chat.Name(c.Name), Room: chat.Room(c.Room)}, &made); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out, made.URL)
	return err
}

type hookListCmd struct{ operated }

// Run prints a line for each hook.
func (c *hookListCmd) Run(ctx context.Context, std stdio) error {
	var list struct {
		Hooks []hookJSON `json:"hooks"`
	}
	if err := c.ask(ctx, http.MethodGet, "/operator/hooks", nil, &list); err != nil {
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, h := range list.Hooks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", h.ID, chat.LineForTerminal(string(h.Name)), h.Room)
	}
	return table.Flush()
}

type hookRevokeCmd struct {
	operated
	ID string `arg:""`
}

// Run revokes.
func (c *hookRevokeCmd) Run(ctx context.Context, _ stdio) error {
	return c.ask(ctx, http.MethodDelete, "/operator/hooks/"+url.PathEscape(c.ID), nil, nil)
}
