package main

import (
	"context"
	"net/http"
	"net/url"
)

// deleteCmd deletes messages, whoever wrote them.
type deleteCmd struct {
	operated
	ID []string `arg:""`
}

// Run stops at the first that cannot be deleted.
func (c *deleteCmd) Run(ctx context.Context, std stdio) error {
	for _, id := range c.ID {
		if err := c.ask(ctx, http.MethodDelete, "/operator/messages/"+url.PathEscape(id), nil, nil); err != nil {
			return err
		}
	}
	return nil
}
