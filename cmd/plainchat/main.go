// Plainchat is a chat over plain HTTP: send with a POST, listen with an event stream.
// `plainchat --help` lists the commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"plainchat/internal/logsink"
	"plainchat/locale"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	if err != nil && err.Error() != "" {
		out := logsink.New(os.Stderr, nil) // whose reader may have stalled, and is not waited for
		fmt.Fprintf(out, "plainchat: %s\n", sentence(locale.OfEnvironment(os.Getenv).Say(err)))
		out.Close(outputTimeout)
	}
	os.Exit(exitCode(err))
}

// exitError is an error with an exit code of its own, such as that of a command that was run.
type exitError struct {
	code int
	told error // nil if there is nothing to say, or all was said
}

func (e *exitError) Error() string { return e.In(locale.English) }

// In tells it in a language.
func (e *exitError) In(c *locale.Catalogue) string {
	if e.told == nil {
		return ""
	}
	return c.Say(e.told)
}

// exitCode tells a mistake in the arguments, which is 2, from what else can fail.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.code
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return 2
	}
	return 1
}

// stdio is the program's standard streams, and the words for them.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	words    *locale.Catalogue // in the language of the person
}

// run is the whole program. It ends when its command does, or soon after ctx.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	std := stdio{in: stdin, out: stdout, err: stderr, words: locale.OfEnvironment(getenv)}
	ctx = inLanguage(ctx, std.words)
	err := obey(ctx, args, getenv, std)
	if len(args) > 0 && args[0] == "ask" {
		return askOutcome(ctx, err)
	}
	return err
}

// obey does what the arguments say.
func obey(ctx context.Context, args []string, getenv func(string) string, std stdio) error {
	command, err := parse(args, getenv, std)
	if errors.Is(err, errHelpShown) {
		return nil
	}
	if err != nil {
		return err
	}
	err = command.Run(ctx, std)
	if err != nil && (err == ctx.Err() || err == context.Cause(ctx)) {
		return locale.NewError("cli.stopped")
	}
	return err
}
