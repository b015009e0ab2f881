package program

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// askedThere is a question as a room lists it.
type askedThere struct {
	ID, Message string
	Ask         struct {
		State, Choice string
		UserName      string `json:"user_name"`
	}
}

// openAsks returns the open questions of a room.
func (s *server) openAsks(room string) []askedThere {
	s.t.Helper()
	res, body := s.get("/rooms/"+room+"/asks", nil)
	var list struct{ Asks []askedThere }
	if err := json.Unmarshal([]byte(body), &list); err != nil && res.StatusCode == http.StatusOK {
		s.t.Fatalf("%v: %s", err, body)
	}
	return list.Asks
}

// awaitAsk waits until a room has a question, and returns its address.
func (s *server) awaitAsk(room string) string {
	s.t.Helper()
	for ctx := bounded(s.t); ctx.Err() == nil; time.Sleep(pollPause) {
		if open := s.openAsks(room); len(open) == 1 {
			return "/rooms/" + room + "/asks/" + open[0].ID
		}
	}
	s.t.Fatal("nothing is asked")
	return ""
}

// answer answers a question, and returns the status.
func (s *server) answer(at, name, choice string) int {
	s.t.Helper()
	body, _ := json.Marshal(map[string]string{"user_name": name, "choice": choice}) // strings
	res, _ := s.post(at+"/answer", http.Header{"Content-Type": {"application/json"}}, string(body))
	return res.StatusCode
}

// The exit code tells which choice it is, and no other outcome has the same.
func TestAsk(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for room, c := range map[string]struct {
		answer, out string
		code        int
	}{"first": {"yes", "yes\n", 0}, "second": {"NO", "no\n", 1}, "third": {"ask me later", "ask me later\n", 2}} {
		p := s.plainchat("ask", "--room="+room, "--name=ci", "Deploy?", "yes", "no", "ask me later")
		at := s.awaitAsk(room)
		for n, want := range []int{200, 409} {
			if status := s.answer(at, fmt.Sprint("p", n), c.answer); status != want {
				t.Errorf("%s: answer %d is answered with %d", room, n, status)
			}
		}
		if code := p.wait(); code != c.code || p.stdout.String() != c.out || p.stderr.String() != "" {
			t.Errorf("%s: exit code %d, %q, %q", room, code, p.stdout, p.stderr)
		}
	}
	for name, c := range map[string]struct {
		args      []string
		out, said string
		code      int
	}{
		"default":    {[]string{"--wait=1s", "--default=no", "Deploy?", "yes", "no"}, "no\n", "", 1},
		"unanswered": {[]string{"--wait=1s", "Deploy?", "yes", "no"}, "", "nobody has answered in time", 75},
		"poll":       {[]string{"--wait=1s", "--poll", "Tea?", "yes", "no"}, "0\tyes\n0\tno\n", "", 0},
		"one choice": {[]string{"Deploy?", "yes"}, "", "at least 2 choices", 64},
		"no choice":  {[]string{"Deploy?"}, "", "plainchat ask", 64},
		"bad flag":   {[]string{"--wait=soon", "Deploy?", "yes", "no"}, "", "--wait", 64},
		"no flag":    {[]string{"--what", "Deploy?", "yes", "no"}, "", "--what", 64},
		"refused":    {[]string{"--name=" + strings.Repeat("x", 41), "Deploy?", "yes", "no"}, "", "422", 69},
	} {
		p := s.plainchat("ask", append([]string{"--room=outcomes"}, c.args...)...)
		if code, said := p.wait(), p.stderr.String(); code != c.code || p.stdout.String() != c.out || !strings.Contains(said, c.said) || strings.Count(said, "\n") > 1 {
			t.Errorf("%s: exit code %d, %q, %q", name, code, p.stdout, said)
		}
	}
}

// A question outlives whoever asks it, and is found again by its key.
func TestAskAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ask := func() *process {
		return s.plainchat("ask", "--room=tea", "--client-id=a-key-nobody-guesses", "Tea?", "yes", "no")
	}
	p := ask()
	at := s.awaitAsk("tea")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, said := p.wait(), p.stderr.String(); code != 130 || strings.Contains(said, "a-key") {
		t.Errorf("interrupted: exit code %d, %q", code, said)
	}
	p = ask()
	s.kill()
	s.start()
	if status := s.answer(at, "Ann", "no"); status != http.StatusOK {
		t.Errorf("the answer is answered with %d", status)
	}
	if code := p.wait(); code != 1 || p.stdout.String() != "no\n" {
		t.Errorf("exit code %d, %q, %q", code, p.stdout, p.stderr)
	}
	if p = ask(); p.wait() != 1 || p.stdout.String() != "no\n" {
		t.Errorf("afterwards: %q, %q", p.stdout, p.stderr)
	}
	if m := s.room("tea"); len(m) != 1 {
		t.Errorf("asked is %+v", m)
	}
}

// A question whose time is over while no server is running ends when one starts.
func TestAskEndsAfterARestart(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const wait = 2 * time.Second
	p := s.plainchat("ask", "--room=tea", "--wait="+wait.String(), "--default=no", "Tea?", "yes", "no")
	s.awaitShown("tea", func(shown) bool { return true })
	s.kill()
	<-time.After(wait) // the time, which is over then for sure
	s.start()
	if code := p.wait(); code != 1 || p.stdout.String() != "no\n" {
		t.Errorf("exit code %d, %q, %q", code, p.stdout, p.stderr)
	}
}

// curl alone asks, answers and waits.
func TestAskByCurl(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.curl("-d", "message=Tea?", "-d", "choices=yes", "-d", "choices=no", "-d", "user_name=sh", "-d", "wait=10m", s.url+"/rooms/tea/asks")
	if code := p.wait(); code != 0 || !strings.Contains(p.stdout.String(), `"state":"open"`) {
		t.Fatalf("exit code %d, %q, %q", code, p.stdout, p.stderr)
	}
	at := s.awaitAsk("tea")
	waiting := s.curl("-NH", "Accept: text/plain", s.url+at)
	if p = s.curl("-d", "choice=yes", s.url+at+"/answer?user_name=Ann"); p.wait() != 0 || !strings.Contains(p.stdout.String(), `"user_name":"Ann"`) {
		t.Errorf("%q, %q", p.stdout, p.stderr)
	}
	if code := waiting.wait(); code != 0 || strings.TrimLeft(waiting.stdout.String(), "\n") != "yes\n" {
		t.Errorf("exit code %d, %q, %q", code, waiting.stdout, waiting.stderr)
	}
}
