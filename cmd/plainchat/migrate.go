package main

import (
	"context"
	"fmt"
	"log/slog"

	"plainchat/cluster"
	"plainchat/locale"
	"plainchat/store"
	"plainchat/store/repair"
)

// migrateCmd moves a chat that is stopped from one machine to several, or back.
type migrateCmd struct {
	folder
	To       []string `xor:"where" required:"" placeholder:"URL"`
	From     []string `xor:"where" required:"" placeholder:"URL"`
	Alone    bool     `xor:"where" required:""`
	natsChat `embed:""`
}

// Validate is called by kong once the flags are set.
func (c *migrateCmd) Validate() error {
	if err := checkNATS("--to", c.To); err != nil {
		return err
	}
	if err := checkNATS("--from", c.From); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	return c.folder.Validate()
}

// Run moves the log, or resumes that.
func (c *migrateCmd) Run(ctx context.Context, std stdio) error {
	if err := c.checkLog(ctx); err != nil {
		return err
	}
	opts := store.Options{Dir: c.Data, Logger: slog.New(slog.NewTextHandler(std.err, nil))}
	var done string
	var err error
	switch {
	case c.Alone:
		done, err = c.goAlone(ctx, opts, std.words)
	case len(c.To) > 0:
		done, err = c.moveTo(ctx, opts, std.words)
	default:
		done, err = c.moveFrom(ctx, opts, std.words)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, done)
	return err
}

// checkLog refuses what is damaged: it would be damaged everywhere.
func (c *migrateCmd) checkLog(ctx context.Context) error {
	found, err := repair.Check(ctx, c.Data)
	if err == nil && !found.Sound() {
		err = locale.NewError("cli.migrate.damaged", "cause", found.Problems[0])
	}
	return err
}

func (c *migrateCmd) moveTo(ctx context.Context, opts store.Options, words *locale.Catalogue) (string, error) {
	to, err := cluster.Dial(ctx, c.options(c.To, opts.Logger))
	if err != nil {
		return "", err
	}
	defer to.Close()
	moved, err := store.Move(ctx, opts, to)
	return words.Text("cli.migrated_to", "stream", c.NATSStream, "first", moved.First, "last", moved.Last, "dir", c.Data), err
}

func (c *migrateCmd) moveFrom(ctx context.Context, opts store.Options, words *locale.Catalogue) (string, error) {
	from, err := cluster.Dial(ctx, c.options(c.From, opts.Logger))
	if err != nil {
		return "", err
	}
	defer from.Close()
	if err := from.Find(ctx); err != nil {
		return "", err
	}
	last, err := store.MoveAway(ctx, opts, from)
	return words.Text("cli.migrated_from", "stream", c.NATSStream, "last", last, "dir", c.Data), err
}

func (c *migrateCmd) goAlone(ctx context.Context, opts store.Options, words *locale.Catalogue) (string, error) {
	last, err := store.GoAlone(ctx, opts)
	return words.Text("cli.migrated_alone", "last", last, "dir", c.Data), err
}
