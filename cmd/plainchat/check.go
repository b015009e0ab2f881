package main

import (
	"context"
	"fmt"
	"strings"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store/repair"
)

// folder is the data folder that a command is about.
type folder struct {
	Data string `default:"./plainchat-data" placeholder:"DIR"`
}

var errNoFolder = locale.NewError("cli.no_folder")

// Validate is called by kong once the flags are set.
func (f *folder) Validate() error {
	if f.Data == "" {
		return errNoFolder
	}
	return nil
}

// checkCmd verifies a log.
type checkCmd struct {
	folder
	natsFlags `embed:""`
}

var (
	errUnsound   = locale.NewError("cli.unsound")
	errDifferent = locale.NewError("cli.compare.different")
)

// Validate is called by kong once the flags are set.
func (c *checkCmd) Validate() error {
	if err := c.folder.Validate(); err != nil {
		return err
	}
	return c.check()
}

// Run fails unless the log is as it was written.
func (c *checkCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Check(ctx, c.Data)
	if err != nil {
		return err
	}
	if err := printFindings(std, found); err != nil {
		return err
	}
	same := true
	if len(c.NATS) > 0 {
		if same, err = c.compare(ctx, std, c.Data); err != nil {
			return err
		}
	}
	switch {
	case !found.Sound():
		return errUnsound
	case !same:
		return errDifferent
	}
	_, err = fmt.Fprintln(std.out, std.words.Text("cli.sound"))
	return err
}

func printFindings(std stdio, found *repair.Findings) error {
	line := std.words.Text("cli.messages", "n", found.Events)
	if found.First <= found.Last {
		line = std.words.Text("cli.positions", "messages", line, "first", found.First, "last", found.Last)
	}
	if found.Lost > 0 {
		line = std.words.Text("cli.given_up", "messages", line, "lost", found.Lost)
	}
	lines := []string{line}
	for _, problem := range found.Problems {
		lines = append(lines, std.words.Text("cli.problem", "problem", chat.LineForTerminal(std.words.Say(problem))))
	}
	if found.Untold > 0 {
		lines = append(lines, std.words.Text("cli.problems_more", "more", found.Untold))
	}
	_, err := fmt.Fprintln(std.out, strings.Join(lines, "\n"))
	return err
}
