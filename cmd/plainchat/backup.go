package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// backupCmd copies a log, while a server uses it or not.
type backupCmd struct {
	folder
	File string `arg:""`
}

// Run makes the backup.
func (c *backupCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Backup(ctx, c.Data, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, std.words.Text("cli.backed_up", "file", c.File, "messages", found.Events, "last", found.Last))
	return err
}
