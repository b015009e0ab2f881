package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tmaxmax/go-sse"

	"plainchat/chat"
	"plainchat/locale"
)

// obey runs the command of --exec for a message. What somebody wrote is on its standard input alone, and
// never a part of a command line. A command that fails is told of, and the next message has its turn.
func (t *tailer) obey(ctx context.Context, ev sse.Event) error {
	var message chat.Event
	if err := message.UnmarshalJSON([]byte(ev.Data)); err != nil {
		return locale.NewError("cli.message_not_json", "cause", err)
	}
	shell := []string{"/bin/sh", "-c"}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/c"}
	}
	cmd := exec.CommandContext(ctx, shell[0], shell[1], t.Exec) // #nosec G204 -- which the person wants to run
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(ev.Data+"\n"), t.std.out, t.std.err
	cmd.Env = append(os.Environ(), "PLAINCHAT_ROOM="+string(message.Room), "PLAINCHAT_ID="+message.ID.String(), "PLAINCHAT_USER_NAME="+string(message.From.Name))
	if err := cmd.Run(); err != nil {
		t.troubles.say(locale.NewError("cli.exec_failed", "id", message.ID, "cause", err))
		return nil
	}
	return t.keepPosition(ev.LastEventID)
}

// keepPosition writes the file of --position, whole or not at all.
func (t *tailer) keepPosition(id string) error {
	if t.Position == "" {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(t.Position), ".position-*")
	if err != nil {
		return &outputError{err}
	}
	_, err = file.WriteString(id + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), t.Position)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return &outputError{err}
	}
	return nil
}

// readPosition returns the id in the file of --position; empty if there is no file yet.
func (c *tailCmd) readPosition() (string, error) {
	text, err := os.ReadFile(c.Position)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	id := strings.TrimSpace(string(text))
	if _, wrong := chat.ParseID(id); err == nil && wrong != nil {
		err = locale.NewError("cli.not_message_id", "given", quoted(id))
	}
	return id, err
}
