package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// restoreCmd makes a data folder of a backup.
type restoreCmd struct {
	folder
	File string `arg:"" help:"The backup."`
}

// Run restores the backup to a folder without a log.
func (c *restoreCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Restore(ctx, c.File, c.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s has the %d messages of %s; start plainchat with --data %[1]s\n", c.Data, found.Events, c.File)
	return err
}
