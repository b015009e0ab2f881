package program

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What is not the server's word is no verdict: the message is sent again, under the same
// client id, and before the next one, whether it was stored the first time or not.
func TestSendThroughForeignAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var sending sync.WaitGroup // all at once, since each waits a second
	for i, name := range slices.Sorted(maps.Keys(foreignAnswers)) {
		for _, stored := range []bool{false, true} {
			room := fmt.Sprint("send-", i, "-", stored)
			first := foreignAnswers[name]
			if stored {
				first = passThen(s, first)
			}
			f := newFront(t, s, first)
			sending.Go(func() {
				said, err := runCommand(t, "one\ntwo\n", "send", "--url="+f.URL, "--room="+room)
				if err != nil || strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, " (trying for 30 seconds)\n") {
					t.Errorf("%s, stored %t: %v, %q", name, stored, err, said)
				}
			})
		}
	}
	sending.Wait()
	for i, name := range slices.Sorted(maps.Keys(foreignAnswers)) {
		for _, stored := range []bool{false, true} {
			if got := fmt.Sprint(s.texts(fmt.Sprint("send-", i, "-", stored))); got != "[anonymous: one anonymous: two]" {
				t.Errorf("%s, stored %t: said %s", name, stored, got)
			}
		}
	}
}

// The server's own verdict ends the command, with its sentence.
func TestSendTakesTheServersVerdict(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const problem = `{"title":"Unprocessable","status":422,"code":"key_reused","detail":"This key was used for another message."}`
	f := newFront(t, s, answering(422, "application/problem+json", problem))
	said, err := runCommand(t, "one\ntwo\n", "send", "--url="+f.URL, "--room=verdict")
	if err == nil || err.Error() != "the server refused (422 Unprocessable Entity): This key was used for another message." || said != "" {
		t.Errorf("%v, %q", err, said)
	}
	if got := s.texts("verdict"); len(got) > 0 {
		t.Errorf("said %q", got)
	}
}

// tail takes no answer but the server's for an end.
func TestTailThroughForeignAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.say("tea", "hello")
	var tailing sync.WaitGroup // all at once, since each waits a second
	for name, foreign := range foreignAnswers {
		f := newFront(t, s, foreign)
		tailing.Go(func() {
			p := launch(t, program(t, nil, "tail", "--url="+f.URL, "--since=all", "--room=tea"))
			text, ok := p.stdout.tryAwait(bounded(t), func(text string) bool { return strings.Contains(text, "Mina: hello\n") })
			if code := p.terminate(); code != 0 || !ok || strings.Count(p.stderr.String(), "(trying again)\n") != 1 {
				t.Errorf("%s: exit code %d, printed %q, said %q", name, code, text, p.stderr)
			}
		})
	}
	tailing.Wait()
	t.Run("final", func(t *testing.T) {
		t.Parallel()
		f := newFront(t, s, answering(421, "application/problem+json", `{"code":"host_not_allowed","detail":"Another name."}`))
		said, err := runCommand(t, "", "tail", "--url="+f.URL)
		if err == nil || !strings.HasSuffix(err.Error(), "Another name.") || said != "" {
			t.Errorf("%v, %q", err, said)
		}
	})
}

func TestHealthBelievesTheServerAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, foreign := range foreignAnswers {
		if _, err := runCommand(t, "", "health", "--url="+newFront(t, s, foreign).URL); err == nil {
			t.Errorf("%s: ready", name)
		}
	}
	other := newFront(t, s, answering(200, "text/plain", "ready to rumble"))
	if _, err := runCommand(t, "", "health", "--url="+other.URL); err == nil {
		t.Error("another program is ready")
	}
}

// A login page is called one.
func TestLoginPageIsTold(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, name := range []string{"401", "login by 200", "login by 302", "login by 303", "login by 307"} {
		f := newFront(t, s, foreignAnswers[name])
		if said, err := runCommand(t, "", "send", "--url="+f.URL, "--room=login", name); err != nil || !strings.Contains(said, "login") || strings.Contains(said, "rd=") {
			t.Errorf("%s: %v, %q", name, err, said)
		}
	}
}

// A message that a redirect takes elsewhere is stored there, or the person is told where
// that is.
func TestSendThroughRedirect(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	redirect := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", s.url+r.URL.Path)
			w.WriteHeader(status)
		}
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		f := newFront(t, s, redirect(status))
		said, err := runCommand(t, "", "send", "--url="+f.URL, "--room=moved", fmt.Sprint(status))
		if followed := status >= 307; followed && err != nil || !followed && (err == nil || !strings.Contains(err.Error(), "use --url "+s.url)) || said != "" {
			t.Errorf("%d: %v, %q", status, err, said)
		}
	}
	if got := s.texts("moved"); !slices.Equal(got, []string{"anonymous: 307", "anonymous: 308"}) {
		t.Errorf("said %q", got)
	}
	circle := startFront(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
	})
	if _, err := runCommand(t, "", "send", "--url="+circle.URL, "hello"); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Error(err)
	}
}

// What is read of an answer is bounded, however much comes.
func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	endless := func(status int, mediaType string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.WriteHeader(status)
			for part := []byte(strings.Repeat(" ", 64<<10)); r.Context().Err() == nil; {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}
	}
	for i, first := range []http.HandlerFunc{
		endless(502, "text/html"), endless(422, "application/problem+json"), endless(201, "application/json"), endless(200, "text/html"),
		func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1<<10))
			}
		},
	} {
		said, err := runCommand(t, "", "send", "--url="+newFront(t, s, first).URL, "--room=endless", "hello")
		if err != nil || strings.Count(said, "\n") != 1 {
			t.Errorf("%d: %v, %q", i, err, said)
		}
	}
	if _, err := runCommand(t, "", "health", "--url="+newFront(t, s, endless(200, "text/plain")).URL); err == nil {
		t.Error("an endless answer is ready")
	}
}

// steering is a text that would clear the screen, retitle the window, turn lines around
// and write lines of its own.
const steering = "\x1b[2J\x1b]0;title\a\r\nplainchat: all is well\n\u009b31m\u202e\u2066back\u0000\u007f\u2028line\u2029\u0085end\xff"

// A server may send anything: what is said of it is one line of moderate length, in which
// everything can be seen.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	quoted, err := json.Marshal(steering)
	if err != nil {
		t.Fatal(err)
	}
	problem := fmt.Sprintf(`{"title":%s,"status":422,"code":%s,"detail":%s}`, quoted, quoted, quoted)
	for name, hostile := range map[string]http.HandlerFunc{
		"problem":          answering(422, "application/problem+json", problem),
		"title":            answering(403, "application/problem+json", strings.ReplaceAll(problem, "detail", "other")),
		"long problem":     answering(422, "application/problem+json", `{"code":"x","detail":"`+strings.Repeat("\u202e", 5000)+`"}`),
		"media type":       answering(200, "text/\u202ehtml\x1b[2J", steering),
		"moved":            answering(301, "", "", "Location", "http://\u202ea\u2066/rooms/lobby/messages"),
		"other login":      answering(302, "", "", "Location", "http://\u202ea\u2066/%1b%5b2J%0a"),
		"body that steers": answering(502, "text/plain", steering),
	} {
		for _, command := range [][]string{{"health"}, {"send", "hello"}} {
			f := newFront(t, s, hostile)
			p := launch(t, program(t, nil, append(command, "--url="+f.URL)...))
			p.wait()
			said := p.stderr.String()
			hidden := strings.ContainsFunc(said, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
			if hidden || !utf8.ValidString(said) || strings.Count(said, "\n") != 1 || utf8.RuneCountInString(said) > 1100 {
				t.Errorf("%s: %s said %q", name, command[0], said)
			}
		}
	}
}

// A password in --url is in nothing that is printed, whatever goes wrong.
func TestPasswordIsNotPrinted(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	login := startFront(t, foreignAnswers["401"])
	moving := startFront(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.url+r.URL.Path, http.StatusPermanentRedirect)
	})
	for _, address := range []string{login.Listener.Addr().String(), moving.Listener.Addr().String(), "127.0.0.1:1", "127.0.0.1:x", "a b", "[::1", "127.0.0.1:1/%zz"} {
		for _, command := range [][]string{{"health"}, {"send", "hello"}, {"tail"}} {
			p := launch(t, program(t, []string{"PLAINCHAT_URL=http://bot:hunter2@" + address}, command...))
			p.stderr.awaitCount(t, "\n", 1)
			p.kill()
			if said := p.stderr.String() + p.stdout.String(); strings.Contains(said, "hunter2") {
				t.Errorf("%s said %q", command[0], said)
			}
		}
	}
	for _, args := range [][]string{{"health", "http://bot:hunter2@a"}, {"--public-url=http://bot:hunter2@a:b"}, {"bench", "http://bot:hunter2@a"}} {
		p := launch(t, program(t, nil, args...))
		if code, said := p.wait(), p.stderr.String()+p.stdout.String(); code == 0 || strings.Contains(said, "hunter2") {
			t.Errorf("%q: exit code %d, %q", args, code, said)
		}
	}
}
