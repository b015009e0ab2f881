package main

import (
	"context"
	"net/http"
	"net/url"
)

// namesCmd administers the names that people have.
type namesCmd struct {
	Release namesReleaseCmd `cmd:""`
}

type namesReleaseCmd struct {
	operated
	Name string `arg:""`
}

// Run releases a name, whoever has it.
func (c *namesReleaseCmd) Run(ctx context.Context, std stdio) error {
	return c.ask(ctx, http.MethodDelete, "/operator/names/"+url.PathEscape(c.Name), nil, nil)
}
