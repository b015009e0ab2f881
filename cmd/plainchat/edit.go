package main

import (
	"context"
	"net/http"
	"strings"

	"plainchat/locale"
)

// editCmd gives a message another text.
type editCmd struct {
	addressed
	Text []string `arg:"" optional:""`
}

// Run edits.
func (c *editCmd) Run(ctx context.Context, std stdio) error {
	text := strings.Join(c.Text, " ")
	if len(c.Text) == 0 {
		var err error
		if text, err = readWhole(std.in); err != nil {
			return err
		}
	}
	return c.deliverText(ctx, std, delivery{what: locale.NewError("cli.what.edit"), call: call{method: http.MethodPatch, path: c.path()}}, map[string]string{"message": text})
}
