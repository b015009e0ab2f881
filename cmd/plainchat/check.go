package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"plainchat/store/repair"
)

// folder is the data folder that a command is about.
type folder struct {
	Data string `default:"./plainchat-data" placeholder:"DIR" help:"The data folder."`
}

var errNoFolder = errors.New("--data is a folder, like ./plainchat-data")

// Validate is called by kong once the flags are set.
func (f *folder) Validate() error {
	if f.Data == "" {
		return errNoFolder
	}
	return nil
}

// checkCmd verifies a log.
type checkCmd struct{ folder }

var errUnsound = errors.New("the log is damaged: make a new one from a backup with plainchat restore, or stop the server and recover the intact messages with plainchat rebuild; and suspect the disk")

// Run fails unless the log is as it was written.
func (c *checkCmd) Run(ctx context.Context, std stdio) error {
	found, err := repair.Check(ctx, c.Data)
	if err != nil {
		return err
	}
	if err := printFindings(std.out, found); err != nil {
		return err
	}
	if !found.Sound() {
		return errUnsound
	}
	_, err = fmt.Fprintln(std.out, "sound")
	return err
}

func printFindings(w io.Writer, found *repair.Findings) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%d messages", found.Events)
	if found.First <= found.Last {
		fmt.Fprintf(&text, ", positions %d to %d", found.First, found.Last)
	}
	if found.Lost > 0 {
		fmt.Fprintf(&text, "; %d were given up by a rebuild", found.Lost)
	}
	text.WriteString("\n")
	for _, problem := range found.Problems {
		fmt.Fprintf(&text, "problem: %s\n", problem)
	}
	if found.Untold > 0 {
		fmt.Fprintf(&text, "and %d problems more\n", found.Untold)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
