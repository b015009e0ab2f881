package program

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestRepair goes through check, backup, rebuild and restore as an operator would: with
// the server running where that is allowed.
func TestRepair(t *testing.T) {
	t.Parallel()
	backup := filepath.Join(t.TempDir(), "backup")
	s := newServer(t)
	data := s.data
	call := func(ok bool, want string, args ...string) {
		t.Helper()
		p := launch(t, program(t, nil, args...))
		if code, said := p.wait(), p.stdout.String()+p.stderr.String(); (code == 0) != ok || !strings.Contains(said, want) {
			t.Errorf("plainchat %q: exit code %d, it says %q, want %q", args, code, said, want)
		}
	}
	for range 3 {
		s.say("lobby", "hello")
	}
	call(true, "sound", "check", "--data="+data)
	call(true, "all 3 messages", "backup", "--data="+data, backup)
	call(false, "in use", "rebuild", "--data="+data)
	s.retire()

	db, err := sql.Open("sqlite", filepath.Join(data, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE log SET body = 'forged' WHERE seq = 2"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	call(false, "the log is damaged", "check", "--data="+data)
	call(false, "", "backup", "--data="+data, backup+"2")
	call(true, "2 messages saved, 1 lost", "rebuild", "--data="+data)
	call(true, "1 were given up", "check", "--data="+data)
	call(false, "has a log already", "restore", "--data="+data, backup)
	call(true, "has the 3 messages", "restore", "--data="+data+"2", backup)
	call(true, "sound", "check", "--data="+data+"2")
}
