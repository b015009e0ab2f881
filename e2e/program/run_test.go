package program

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"plainchat/chat"
)

// pollPause is how long a test waits before it asks again.
const pollPause = 20 * time.Millisecond

// shown is a message as a room shows it.
type shown struct {
	ID, Message string
	Name        string `json:"user_name"`
	Status      struct {
		State chat.Condition
		Exit  int
		MS    int
	}
}

// room returns the messages of a room.
func (s *server) room(room string) []shown {
	s.t.Helper()
	_, body := s.get("/rooms/"+room+"/messages?limit=1000", nil)
	var page struct{ Messages []shown }
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		s.t.Fatalf("%v: %s", err, body)
	}
	return page.Messages
}

// awaitShown waits until the only message of a room is as it is to be.
func (s *server) awaitShown(room string, is func(m shown) bool) shown {
	s.t.Helper()
	var messages []shown
	for ctx := bounded(s.t); ctx.Err() == nil; time.Sleep(pollPause) {
		if messages = s.room(room); len(messages) == 1 && is(messages[0]) {
			return messages[0]
		}
	}
	s.t.Fatalf("waited in vain; there are %+v", messages)
	return shown{}
}

// inCode is a text below a title, as it is shown.
func inCode(title, text string) string { return title + "\n```\n" + text + "\n```" }

// runScript runs a script with plainchat run, and returns its process and where its input is written.
func (s *server) runScript(room, script string) (*process, io.WriteCloser) {
	s.t.Helper()
	cmd := program(s.t, []string{"PLAINCHAT_URL=" + s.url, "PATH=" + os.Getenv("PATH")}, "run", "--room="+room, "--title=test", "--", "sh", "-c", script)
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	return launch(s.t, cmd), in
}

// A command that is run has the output and the exit code that it has alone, and a room sees them.
func TestRun(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for room, c := range map[string]struct {
		script, in, out, err, seen string
		code                       int
	}{
		"plain":   {"echo one; echo two", "", "one\ntwo\n", "", "one\ntwo", 0},
		"failed":  {"echo bad >&2; exit 7", "", "", "bad\n", "bad", 7},
		"input":   {"cat", "a\r\nb", "a\r\nb", "", "a\nb", 0},
		"colours": {`printf '1 %%\r\033[32m2 %%\033[0m\033]0;title\a\n'`, "", "1 %\r\x1b[32m2 %\x1b[0m\x1b]0;title\a\n", "", "2 %", 0},
		"killed":  {"echo x; kill -9 $$", "", "x\n", "", "x", 137},
		"bytes":   {`printf '\377\000'`, "", "\xff\x00", "", "\ufffd", 0},
	} {
		p, in := s.runScript(room, c.script)
		if _, err := io.WriteString(in, c.in); err != nil {
			t.Error(err)
		}
		in.Close()
		if code := p.wait(); code != c.code || p.stdout.String() != c.out || p.stderr.String() != c.err {
			t.Errorf("%s: exit code %d, %q, %q", room, code, p.stdout, p.stderr)
		}
		m := s.room(room)
		if len(m) != 1 || m[0].Message != inCode("test", c.seen) || m[0].Status.State != chat.Ended || m[0].Status.Exit != c.code || m[0].Name != "anonymous" {
			t.Errorf("%s: seen are %+v", room, m)
		}
	}
}

func TestRunWhatCannotBeStarted(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, c := range map[string]struct {
		code int
		said string
	}{
		"no-such-command": {127, "is not a command"}, "./absent": {127, "is not a command"}, "/etc/hosts": {126, "cannot be started"}, "--": {2, "write the command"},
	} {
		p := s.plainchat("run", "--room=none", name)
		if code, said := p.wait(), p.stderr.String(); code != c.code || !strings.Contains(said, c.said) || strings.Count(said, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q", name, code, said)
		}
	}
	if m := s.room("none"); len(m) > 0 {
		t.Errorf("seen are %+v", m)
	}
}

// What is written while the server is away is seen when it is back, in the same message.
func TestRunThroughKill(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, in := s.runScript("tea", "cat")
	text := ""
	for i := range 3 {
		text += fmt.Sprintln("line", i)
		fmt.Fprintln(in, "line", i)
		seen := s.awaitShown("tea", func(m shown) bool {
			return strings.Contains(m.Message, fmt.Sprintln("line", i)) && m.Status.State != ""
		})
		if seen.Status.State != chat.Running {
			t.Errorf("it is %+v", seen)
		}
		s.kill()
		text += fmt.Sprintln("away", i)
		fmt.Fprintln(in, "away", i)
		p.stderr.awaitCount(t, "runs all the same", i+1)
		if i == 2 {
			in.Close()
		}
		s.start()
	}
	if code := p.wait(); code != 0 || p.stdout.String() != text {
		t.Errorf("exit code %d, %q", code, p.stdout)
	}
	if m := s.room("tea"); len(m) != 1 || m[0].Message != inCode("test", strings.TrimSuffix(text, "\n")) || m[0].Status.State != chat.Ended {
		t.Errorf("seen are %+v", m)
	}
}

// A command that is run has the signals of the program that runs it.
func TestRunPassesSignalsOn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, each := range []struct {
		signal syscall.Signal
		name   string
	}{{syscall.SIGTERM, "TERM"}, {syscall.SIGINT, "INT"}, {syscall.SIGHUP, "HUP"}} {
		p, _ := s.runScript(each.name, "trap 'echo caught; exit 9' "+each.name+"; echo ready; read x")
		p.stdout.awaitLines(t, 1)
		if err := p.cmd.Process.Signal(each.signal); err != nil {
			t.Error(err)
		}
		if code := p.wait(); code != 9 || p.stdout.String() != "ready\ncaught\n" {
			t.Errorf("%v: exit code %d, %q", each.signal, code, p.stdout)
		}
		if m := s.room(each.name); len(m) != 1 || m[0].Status.Exit != 9 || !strings.Contains(m[0].Message, "caught") {
			t.Errorf("%v: seen are %+v", each.signal, m)
		}
	}
}

// Who reads no further than the first line ends the command, as it does without plainchat; and the room is
// told.
func TestRunForHead(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	cmd := exec.CommandContext(bounded(t), "sh", "-c", `"$0" run --room=tea --title=test -- yes | head -n 1`, binary)
	cmd.Env = []string{"PLAINCHAT_URL=" + s.url, "PATH=" + os.Getenv("PATH")}
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "y\n" {
		t.Errorf("%q, %v", out, err)
	}
	s.awaitShown("tea", func(m shown) bool { return m.Status.Exit == 128+int(syscall.SIGPIPE) })
}

// A command runs all the same where no server is, or where the room does not take it.
func TestRunUnseen(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, c := range map[string]struct{ flag, said string }{
		"away":    {"--url=http://127.0.0.1:1", "runs all the same"},
		"refused": {"--name=" + strings.Repeat("x", 41), "the room does not see the rest"},
	} {
		p := s.plainchat("run", "--room=tea", c.flag, "--", "/bin/sh", "-c", "echo out; exit 5")
		if code := p.wait(); code != 5 || p.stdout.String() != "out\n" || !strings.Contains(p.stderr.String(), c.said) {
			t.Errorf("%s: exit code %d, %q, %q", name, code, p.stdout, p.stderr)
		}
	}
}

// TestSendLive: what is read, as one message that grows.
func TestSendLive(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	first := s.say("tea", "first")
	cmd := program(t, []string{"PLAINCHAT_URL=" + s.url}, "send", "--room=tea", "--live", "--name=Mina", "--title=*build*", "--reply-to="+first.ID.String())
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := launch(t, cmd)
	io.WriteString(in, "one\n")
	for ctx := bounded(t); ctx.Err() == nil && len(s.room("tea")) < 2; time.Sleep(pollPause) {
	}
	io.WriteString(in, strings.Repeat("more\n", 5000))
	in.Close()
	if code := p.wait(); code != 0 || p.stdout.String()+p.stderr.String() != "" {
		t.Errorf("exit code %d, %q, %q", code, p.stdout, p.stderr)
	}
	m := s.room("tea")
	if len(m) != 2 || m[1].Name != "Mina" || m[1].Status.State != chat.Ended || !strings.HasPrefix(m[1].Message, "*build*\n```\none\nmore\n") || !strings.Contains(m[1].Message, " lines left out …\nmore\n") {
		t.Errorf("seen are %+v", m)
	}
	empty := s.plainchat("send", "--room=empty", "--live")
	if code := empty.wait(); code != 0 || len(s.room("empty")) != 0 {
		t.Errorf("of nothing: exit code %d, %+v", code, s.room("empty"))
	}
}

// TestSendFile: the text of a file, and an edit.
func TestSendFile(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	name := t.TempDir() + "/text"
	for i, c := range []struct {
		text, said string
		code       int
	}{{"one\n two\n", "", 0}, {strings.Repeat("x", 40_000), "longer than a message", 1}, {"", "empty", 1}} {
		if err := os.WriteFile(name, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := s.plainchat("send", "--room=tea", "--file="+name)
		if code, said := p.wait(), p.stderr.String(); code != c.code || !strings.Contains(said, c.said) || (code == 0) != (said == "") {
			t.Errorf("file %d: exit code %d, %q", i, code, said)
		}
	}
	if p := s.plainchat("send", "--room=tea", "--file=/absent"); p.wait() != 1 || p.stderr.String() != "plainchat: cannot read /absent: no such file or directory\n" {
		t.Errorf("%q", p.stderr)
	}
	if m := s.room("tea"); len(m) != 1 || m[0].Message != "one\n two" {
		t.Errorf("seen are %+v", m)
	}
	token := s.tokenFor("--name=ci")
	post := program(t, []string{"PLAINCHAT_URL=" + s.url, "PLAINCHAT_TOKEN=" + token}, "send", "--room=mine", "before")
	if p := launch(t, post); p.wait() != 0 {
		t.Fatalf("%q", p.stderr)
	}
	id := s.room("mine")[0].ID
	edit := program(t, []string{"PLAINCHAT_URL=" + s.url, "PLAINCHAT_TOKEN=" + token}, "send", "--room=mine", "--edit="+id)
	edit.Stdin = strings.NewReader("after\nit\n")
	if p := launch(t, edit); p.wait() != 0 || s.room("mine")[0].Message != "after\nit" {
		t.Errorf("%q, %+v", p.stderr, s.room("mine"))
	}
}

// curl alone has a message grow.
func TestCurlLive(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	cmd := exec.CommandContext(bounded(t), "curl", "--silent", "--show-error", "--fail", "--upload-file", "-", s.url+"/rooms/tea/live?user_name=make")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := launch(t, cmd)
	fmt.Fprintln(in, "one")
	s.awaitShown("tea", func(m shown) bool {
		return m.Message == "```\none\n```" && m.Name == "make" && m.Status.State == chat.Running
	})
	fmt.Fprintln(in, "two")
	in.Close()
	if code := p.wait(); code != 0 || !strings.Contains(p.stdout.String(), `one\ntwo`) {
		t.Errorf("exit code %d, %q, %q", code, p.stdout, p.stderr)
	}
	s.awaitShown("tea", func(m shown) bool { return m.Message == "```\none\ntwo\n```" && m.Status.State == chat.Ended })
}
