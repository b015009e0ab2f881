package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTailExec: a command has each message in turn, never in a command line, and again until it has succeeded.
func TestTailExec(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	dir := t.TempDir()
	position := filepath.Join(dir, "position")
	s.say("tea", "$(touch "+filepath.Join(dir, "pwned")+")")
	second := s.say("tea", "two")
	run := func(command string) *process {
		return launch(t, program(t, []string{"PLAINCHAT_URL=" + s.url, "PATH=" + os.Getenv("PATH")}, "tail", "--room=tea", "--since=all", "--position="+position, "--exec="+command))
	}
	p := run(`echo "$PLAINCHAT_ROOM $PLAINCHAT_USER_NAME $PLAINCHAT_ID"; grep -q touch`)
	p.stderr.awaitCount(t, "the command for message "+second.ID.String()+" failed", 1)
	if got := p.stdout.String(); !strings.HasSuffix(got, "tea Mina "+second.ID.String()+"\n") || strings.Count(got, "\n") != 2 {
		t.Errorf("the commands wrote %q", got)
	}
	if code := p.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	p = run("cat")
	p.stdout.awaitLines(t, 1)
	third := s.say("tea", "three")
	if got := linesIn(t, p.stdout.awaitCount(t, "\n", 2)); len(got) != 2 || got[0] != second || got[1] != third {
		t.Errorf("then %v", got)
	}
	p.terminate()
	if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
		t.Error("a text was run")
	}
}
