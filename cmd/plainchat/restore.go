package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// restoreCmd makes a data folder of a backup.
type restoreCmd struct {
	folder
	File string `arg:""`
}

// Run restores the backup to a folder without a log.
func (c *restoreCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Restore(ctx, c.File, c.Data)
	if err != nil {
		return err
	}
	key := "cli.restored"
	if found.Follows {
		key = "cli.restored_node"
	}
	_, err = fmt.Fprintln(std.out, std.words.Text(key, "dir", c.Data, "messages", found.Events, "file", c.File))
	return err
}
