package program

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"plainchat/chat"
)

// tokenFor makes a token of the running server, with these flags of token create.
func (s *server) tokenFor(flags ...string) string {
	s.t.Helper()
	p := launch(s.t, program(s.t, nil, append([]string{"token", "create", "--data=" + s.data}, flags...)...))
	if code := p.wait(); code != 0 {
		s.t.Fatalf("exit code %d", code)
	}
	return strings.TrimSpace(p.stdout.String())
}

// runAs runs a command with a token in its environment until it ends, and returns what it said
// if it failed, and otherwise "".
func (s *server) runAs(token string, args ...string) string {
	s.t.Helper()
	p := launch(s.t, program(s.t, []string{"PLAINCHAT_URL=" + s.url, "PLAINCHAT_TOKEN=" + token}, args...))
	code := p.wait()
	if said := p.stderr.String(); code != 0 || said != "" {
		if code != 1 || strings.Contains(said, "plc_") {
			s.t.Errorf("%q: exit code %d, %q", args, code, said)
		}
		return said
	}
	return ""
}

// lastID is the id of the newest message of a room.
func (s *server) lastID(room chat.Room) string {
	s.t.Helper()
	_, body := s.get(room.Path()+"/messages?limit=1", http.Header{"Accept": {"application/x-ndjson"}})
	return linesIn(s.t, body)[0].ID.String()
}

// message is a message as the server shows it now.
func (s *server) message(room chat.Room, id string) string {
	s.t.Helper()
	_, body := s.get(room.Path()+"/messages/"+id, nil)
	return body
}

// A script with a token writes, answers, edits and reacts under the token's name; nobody else
// can edit what it wrote.
func TestWithToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	token := s.tokenFor("--name=ci", "--room=builds")
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(token string, args ...string) {
		t.Helper()
		if said := s.runAs(token, append(args, "--room=builds")...); said != "" {
			t.Errorf("%q: %s", args, said)
		}
	}
	run(token, "send", "build 1742 runs")
	id := s.lastID("builds")
	run("", "send", "--token-file="+file, "--reply-to="+id, "it takes long")
	reply := s.lastID("builds")
	run(token, "edit", id, "build", "1742 is green")
	run("", "react", id, "🎉", "--name=Mina")
	run(token, "react", id, "👍")
	run(token, "react", id, "👍", "--remove")
	if got := s.message("builds", id); !strings.Contains(got, `"message":"build 1742 is green"`) || !strings.Contains(got, `"user_name":"ci"`) ||
		!strings.Contains(got, "🎉") || strings.Contains(got, "👍") {
		t.Errorf("the message is %s", got)
	}
	if got := s.message("builds", reply); !strings.Contains(got, `"reply_to":`) || !strings.Contains(got, id) || !strings.Contains(got, `"user_name":"ci"`) {
		t.Errorf("the reply is %s", got)
	}

	for _, refused := range []struct {
		token, part string
		args        []string
	}{
		{token, "The token is for another room", []string{"send", "hello"}},
		{token, "under its own name alone", []string{"send", "--room=builds", "--name=Mina", "hello"}},
		{"", "The name belongs to somebody else", []string{"send", "--room=builds", "--name=ci", "hello"}},
		{"", "Only its author", []string{"edit", "--room=builds", id, "hello"}},
		{token, "There is no such message in this room", []string{"edit", "--room=builds", "other-7", "hello"}},
		{token, "The message is empty", []string{"edit", "--room=builds", id, " "}},
		{s.tokenFor("--name=eye", "--read"), "The token is for reading alone", []string{"react", "--room=builds", id, "👍"}},
		{s.tokenFor("--name=pen", "--write"), "The token is for writing alone", []string{"tail", "--room=builds"}},
	} {
		if said := s.runAs(refused.token, refused.args...); !strings.Contains(said, refused.part) {
			t.Errorf("%q: %q, want %q", refused.args, said, refused.part)
		}
	}
	if log := s.stderr.String(); strings.Contains(log, token) {
		t.Error("the server's log has the token")
	}
}

// tail shows its token each time that it connects, and ends when that is revoked.
func TestTailWithToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	token := s.tokenFor("--name=eye", "--read")
	p := launch(t, program(t, []string{"PLAINCHAT_URL=" + s.url, "PLAINCHAT_TOKEN=" + token}, "tail", "--room=tea", "--since=all"))
	s.say("tea", "one")
	p.stdout.awaitCount(t, "one", 1)
	list := launch(t, program(t, nil, "token", "list", "--data="+s.data))
	if list.wait() != 0 {
		t.Fatal("no list of tokens")
	}
	revoke := launch(t, program(t, nil, "token", "revoke", strings.Fields(list.stdout.String())[0], "--data="+s.data))
	if revoke.wait() != 0 {
		t.Fatal("not revoked")
	}
	if code, said := p.wait(), p.stderr.String(); code != 1 || !strings.Contains(said, "The token is not known here, or was revoked") || strings.Contains(said, token) {
		t.Errorf("exit code %d, %q", code, said)
	}
}

// A change of which the acknowledgement is lost is made once.
func TestChangesAreMadeOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	token := s.tokenFor("--name=ci")
	s.runAs(token, "send", "first")
	id := s.lastID(chat.Lobby)
	for _, args := range [][]string{{"edit", id, "second"}, {"react", id, "👍"}} {
		lost := newFront(t, s, passThen(s, answering(http.StatusBadGateway, "text/html", "")))
		p := launch(t, program(t, []string{"PLAINCHAT_TOKEN=" + token}, append(args, "--url="+lost.URL)...))
		if code := p.wait(); code != 0 {
			t.Errorf("%q: exit code %d, %s", args, code, p.stderr)
		}
	}
	s.retire()
	var kinds []string
	for _, ev := range s.log() {
		kinds = append(kinds, ev.Kind().Name)
	}
	slices.Sort(kinds)
	if want := []string{"edit", "message", "reaction", "token"}; !slices.Equal(kinds, want) {
		t.Errorf("the log has %q, want %q", kinds, want)
	}
}

// A token goes to no other server than the one it was given for, wherever a redirect leads.
func TestTokenAndOtherServer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	token := s.tokenFor("--name=ci")
	var reached atomic.Bool
	other := startFront(t, func(w http.ResponseWriter, _ *http.Request) {
		reached.Store(true)
		w.WriteHeader(http.StatusNotFound)
	})
	moved := startFront(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", other.URL+r.URL.RequestURI())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	for _, args := range [][]string{{"send", "hello"}, {"edit", "a-1", "hello"}, {"react", "a-1", "👍"}, {"react", "a-1", "👍", "--remove"}} {
		said := s.runAs(token, append(args, "--url="+moved.URL)...)
		if want := "moved to " + other.URL + ", which was not given the token; use --url " + other.URL; !strings.Contains(said, want) {
			t.Errorf("%q: %q, want %q", args, said, want)
		}
	}
	tail := launch(t, program(t, []string{"PLAINCHAT_TOKEN=" + token}, "tail", "--url="+moved.URL))
	tail.stderr.awaitCount(t, "which was not given the token", 1)
	if reached.Load() {
		t.Error("the other server was asked")
	}
}
