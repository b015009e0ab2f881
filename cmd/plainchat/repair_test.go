package main

import (
	"bytes"
	"database/sql"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestRepair goes through check, backup, rebuild and restore as an operator would: with
// the server running where that is allowed.
func TestRepair(t *testing.T) {
	backup := filepath.Join(t.TempDir(), "backup")
	s := newServer(t)
	data := s.data
	call := func(want string, args ...string) {
		t.Helper()
		var out bytes.Buffer
		err := run(bounded(t), args, func(string) string { return "" }, nil, &out, io.Discard)
		text := out.String()
		if err != nil {
			text += "error: " + err.Error()
		}
		if !strings.Contains(text, want) {
			t.Errorf("plainchat %q says %q, want %q", args, text, want)
		}
	}
	for range 3 {
		s.say("lobby", "hello")
	}
	call("sound", "check", "--data="+data)
	call("all 3 messages", "backup", "--data="+data, backup)
	call("in use", "rebuild", "--data="+data)
	s.retire()

	db, err := sql.Open("sqlite", filepath.Join(data, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE log SET body = 'forged' WHERE seq = 2"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	call("error: the log is damaged", "check", "--data="+data)
	call("error: ", "backup", "--data="+data, backup+"2")
	call("2 messages saved, 1 lost", "rebuild", "--data="+data)
	call("1 were given up", "check", "--data="+data)
	call("has a log already", "restore", "--data="+data, backup)
	call("has the 3 messages", "restore", "--data="+data+"2", backup)
	call("sound", "check", "--data="+data+"2")
}
