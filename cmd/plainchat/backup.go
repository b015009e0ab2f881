package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// backupCmd copies a log, while a server uses it or not.
type backupCmd struct {
	folder
	File string `arg:"" help:"The file to write; it must not exist yet."`
}

// Run makes the backup.
func (c *backupCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Backup(ctx, c.Data, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s has all %d messages up to position %d; it was checked and is sound\n", c.File, found.Events, found.Last)
	return err
}
