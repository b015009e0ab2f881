package main

import (
	"context"
	"net/http"
	"net/url"
)

// namesCmd administers the names that people have.
type namesCmd struct {
	Release namesReleaseCmd `cmd:"" help:"Make a name free for the next who writes under it."`
}

type namesReleaseCmd struct {
	operated
	Name string `arg:"" help:"The name."`
}

// Run releases a name, whoever has it.
func (c *namesReleaseCmd) Run(ctx context.Context, std stdio) error {
	return c.ask(ctx, http.MethodDelete, "/operator/names/"+url.PathEscape(c.Name), nil, nil)
}
