package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// rebuildCmd saves what is whole in a damaged log.
type rebuildCmd struct{ folder }

// Run rebuilds the log of a server that is stopped.
func (c *rebuildCmd) Run(ctx context.Context, std stdio) error {
	done, err := repair.Rebuild(ctx, c.Data)
	if err != nil {
		return err
	}
	outcome := std.words.Text("cli.rebuilt", "saved", done.Saved, "lost", done.Lost, "kept", done.Kept)
	switch {
	case done.Alone:
		outcome += "\n" + std.words.Text("cli.rebuilt_node")
	case done.Renamed:
		outcome += "\n" + std.words.Text("cli.rebuilt_epoch")
	}
	_, err = fmt.Fprintln(std.out, outcome)
	return err
}
