package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"plainchat/chat"
	"plainchat/internal/console"
	"plainchat/locale"
)

// runCmd runs a command, whose output a room sees as one message that grows.
type runCmd struct {
	authorized
	Room    roomName `default:"lobby" placeholder:"ROOM"`
	Name    *string  `placeholder:"NAME"`
	Title   string   `placeholder:"TEXT"`
	Command []string `arg:"" passthrough:"partial"`
}

// The exit codes that shells have for a command that cannot be started.
const (
	exitCannotRun = 126
	exitNotFound  = 127
	exitSignal    = 128 // and the signal's number
)

// straggling is how long output is awaited of what a command leaves running.
const straggling = 5 * time.Second

// Run runs the command as if it had been started without this program: with the same input and output, with
// the signals that this program gets, and with the same exit code.
func (c *runCmd) Run(ctx context.Context, std stdio) error {
	args := c.Command
	if args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return &usageError{locale.NewError("cli.run.nothing")}
	}
	title := console.Title(c.Title)
	if title == "" {
		title = console.Command(args)
	}
	g := c.grow(std, c.Room, c.Name, title, "cli.run.then")
	cmd := exec.Command(args[0], args[1:]...) // #nosec G204 -- which the person wants to run
	cmd.Stdin, cmd.Stdout, cmd.Stderr = std.in, io.MultiWriter(std.out, g), io.MultiWriter(std.err, g)
	cmd.WaitDelay = straggling
	signals, stop := catchSignals()
	defer stop()
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cannotRun(args[0], err)
	}
	var passing sync.WaitGroup
	passing.Go(func() { passOn(signals, cmd.Process) })
	code := 0
	err := g.growUntil(ctx, func() chat.Status {
		_ = cmd.Wait() // what matters of it is in cmd.ProcessState
		stop()
		passing.Wait()
		code = codeOf(cmd.ProcessState)
		return chat.Status{State: chat.Ended, Exit: uint32(code), Took: time.Since(start).Truncate(time.Millisecond)} // #nosec G115 -- no code is below 0
	})
	if err != nil && err.Error() != "" {
		troubles{std: std}.say(err)
	}
	if code == 0 {
		return nil
	}
	return &exitError{code: code}
}

// cannotRun is the failure to start a command.
func cannotRun(name string, cause error) error {
	if failed, ok := errors.AsType[*exec.Error](cause); ok {
		cause = failed.Err // which does without the name
	}
	if failed, ok := errors.AsType[*fs.PathError](cause); ok {
		cause = failed.Err
	}
	if errors.Is(cause, exec.ErrNotFound) || errors.Is(cause, fs.ErrNotExist) {
		return &exitError{exitNotFound, locale.NewError("cli.run.not_found", "name", name)}
	}
	return &exitError{exitCannotRun, locale.NewError("cli.run.cannot", "name", name, "cause", cause)}
}

// codeOf is the exit code of a command, as shells tell it.
func codeOf(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return state.ExitCode()
}

// catchSignals has signals come in a channel that would end this program, but for those that it was started
// to ignore, as by nohup. Without SIGPIPE it could not tell the room how a command ended whose output nobody
// wants to read on.
func catchSignals() (caught <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 16)
	for _, each := range append(passedOn, syscall.SIGPIPE) {
		if !signal.Ignored(each) {
			signal.Notify(signals, each)
		}
	}
	return signals, sync.OnceFunc(func() {
		signal.Stop(signals)
		close(signals)
	})
}

// passOn gives a command the signals that it does not get anyway.
func passOn(signals <-chan os.Signal, to *os.Process) {
	for each := range signals {
		if each != syscall.SIGPIPE && !fromTerminal(each) {
			_ = to.Signal(each) // it may have ended
		}
	}
}
