package program

import (
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plainchat/chat"
)

var browser = header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")

// TestStartCanBePasted: the lines that the start prints work as they stand.
func TestStartCanBePasted(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	said := s.stdout.awaitCount(t, "\n", 5)
	if !strings.Contains(said, "\n  data     "+s.data+"\n") {
		t.Errorf("the start printed %q", said)
	}
	s.checkPasted(said)
}

// TestUsage: so do those of the answer to a bare curl.
func TestUsage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	usage := s.curl(s.url)
	if code := usage.wait(); code != 0 || strings.Count(usage.stdout.String(), "\n") > 20 { // it fits a terminal
		t.Errorf("exit code %d, %s", code, usage.stdout)
	}
	s.checkPasted(usage.stdout.String())
}

// aMessage stands for the id of a message, in lines that are to be completed.
var aMessage = regexp.MustCompile(`\bID\b`)

var curlLine = regexp.MustCompile(`  (curl (-N )?.*)\n`)

// checkPasted has a shell run the curl lines of a text, in their order: those that
// speak come before those that wait for something to hear. Those about a message are left
// out, since its id is to be put in.
func (s *server) checkPasted(text string) {
	s.t.Helper()
	lines := curlLine.FindAllStringSubmatch(text, -1)
	if len(lines) < 2 {
		s.t.Fatalf("no lines to paste in %q", text)
	}
	patience := bounded(s.t)
	for _, line := range lines {
		if aMessage.MatchString(line[1]) {
			continue
		}
		p := s.paste(line[1])
		if line[2] != "" {
			p.stdout.await(s.t, func(text string) bool {
				return strings.Contains(text, "event: hello\n") || strings.Contains(text, "me: hello\n")
			})
			p.kill()
			continue
		}
		code := p.wait()
		for code == 0 && patience.Err() == nil && strings.Contains(line[1], "/search") && strings.Contains(p.stdout.String(), `"messages":[]`) {
			p = s.paste(line[1]) // the index may be a moment behind
			code = p.wait()
		}
		lists := strings.HasSuffix(line[1], "/rooms") || strings.HasSuffix(line[1], "/people") // of names alone
		if code != 0 || !lists && !strings.Contains(p.stdout.String(), "hello") {
			s.t.Errorf("%s: exit code %d, %s%s", line[1], code, p.stdout, p.stderr)
		}
	}
}

// paste has a shell run a line.
func (s *server) paste(line string) *process {
	s.t.Helper()
	return launch(s.t, exec.CommandContext(bounded(s.t), "sh", "-c", "exec "+line))
}

// TestPageOrText: browsers get pages, all others text.
func TestPageOrText(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.say("tea", "<b>hello</b>")
	for _, test := range []struct {
		target      string
		header      http.Header
		contentType string
		part        string
	}{
		{"/", nil, "text/plain; charset=utf-8", "curl -N " + s.url + "/events"},
		{"/", header("Accept", "text/plain"), "text/plain; charset=utf-8", "curl"},
		{"/", browser, "text/html; charset=utf-8", "<form"},
		{"/rooms/tea", header("Accept", "*/*"), "text/plain; charset=utf-8", "Z  Mina: <b>hello</b>\n"},
		{"/rooms/tea", browser, "text/html; charset=utf-8", "&lt;b&gt;hello&lt;/b&gt;"},
		{"/rooms/TEA", nil, "text/plain; charset=utf-8", "Mina: "},
		{"/rooms/nobody-here", browser, "text/html; charset=utf-8", "No message yet.."},
		{"/nothing", browser, "text/html; charset=utf-8", "404"},
		{"/rooms/a.b", browser, "text/html; charset=utf-8", "letters, digits"},
	} {
		res, body := s.get(test.target, test.header)
		if got := res.Header.Get("Content-Type"); got != test.contentType || !strings.Contains(body, test.part) {
			t.Errorf("%s as %v: %s\n%s", test.target, test.header["Accept"], got, body)
		}
	}
}

// TestFollowTranscript: with ?follow a transcript goes on with what is said.
func TestFollowTranscript(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.say("tea", "before")
	p := s.curl(s.url + "/rooms/tea?follow")
	p.stdout.awaitLines(t, 1)
	s.say("ink", "elsewhere")
	s.say("tea", "two\nlines")
	want := regexp.MustCompile(`^\S+ \S+Z  Mina: before\n\S+ \S+Z  Mina: two\n    lines\n$`)
	if got := p.stdout.awaitCount(t, "\n", 3); !want.MatchString(got) {
		t.Errorf("got %q", got)
	}
	s.terminate()
	const partial = 18 // so that curl --retry comes back: what goes on has no proper end
	if code := p.wait(); code != partial {
		t.Errorf("curl ended with %d: %s", code, p.stderr)
	}
}

var linkHeader = regexp.MustCompile(`<([^>]*)>; rel="([a-z]+)"`)

// TestHistoryPages: following the links from the newest page back to the oldest,
// and forth again, is to read all of it twice.
func TestHistoryPages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var want []chat.Event
	for i := range 23 {
		want = append(want, s.say("tea", strconv.Itoa(i)))
		s.say("ink", "between")
	}
	var back, forth []chat.Event
	target, last := "/rooms/tea/messages?limit=5", ""
	for target != "" {
		page, links := s.page(target)
		back = slices.Concat(page, back)
		target, last = links["prev"], target
	}
	for target = last; target != ""; {
		page, links := s.page(target)
		forth = append(forth, page...)
		target = links["next"]
	}
	if !slices.Equal(back, want) || !slices.Equal(forth, want) {
		t.Errorf("backwards\n%v\nand forwards\n%v\nbut there is\n%v", back, forth, want)
	}
	if res, body := s.get("/rooms/tea/messages?limit=3", nil); res.Header.Get("Content-Type") != "application/json" ||
		!strings.HasPrefix(body, `{"messages":[{"id":"`) || strings.Count(body, `"seq":`) != 3 {
		t.Errorf("%s: %s", res.Header.Get("Content-Type"), body)
	}
}

// page reads one page of history, as lines, and where its links go.
func (s *server) page(target string) ([]chat.Event, map[string]string) {
	s.t.Helper()
	res, body := s.get(target, header("Accept", "application/x-ndjson"))
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/x-ndjson" {
		s.t.Fatalf("%s: status %d, %s", target, res.StatusCode, body)
	}
	links := make(map[string]string)
	for _, link := range linkHeader.FindAllStringSubmatch(strings.Join(res.Header["Link"], ", "), -1) {
		links[link[2]] = link[1]
	}
	return linesIn(s.t, body), links
}

// TestWaysToSend: what curl -d, a shell and a form make of a message.
func TestWaysToSend(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-d", "hello"}, "anonymous: hello"},
		{[]string{"-d", "50% & more = less"}, "anonymous: 50% & more = less"},
		{[]string{"-H", "User-Name: Mina", "--data-binary", "two\nlines\n"}, "Mina: two\nlines"},
		{[]string{"-H", "Content-Type: text/plain", "-d", "text"}, "anonymous: text"},
		{[]string{"-H", "Content-Type:", "-d", "no type"}, "anonymous: no type"},
		{[]string{"-d", "user_name=Mina", "--data-urlencode", "message=a&b"}, "Mina: a&b"},
		{[]string{"--json", `{"message":"안녕","user_name":"미나"}`}, "미나: 안녕"},
	} {
		p := s.curl(append(test.args, "--fail-with-body", s.url+"/messages")...)
		if code := p.wait(); code != 0 {
			t.Errorf("%q: exit code %d, %s", test.args, code, p.stdout)
		}
		if texts := s.texts("lobby"); len(texts) == 0 || texts[len(texts)-1] != test.want {
			t.Errorf("%q: said %q, want %q", test.args, texts, test.want)
		}
	}
}

// TestIdempotencyKey: the same key again is the same message, in the header or in
// the body, and after a restart; with another text it is refused.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	first, duplicate, err := s.send(bounded(t), chat.Draft{Room: "tea", From: chat.Person{Name: "Mina"}, Key: "key", Body: chat.Message{Text: "once"}})
	if err != nil || duplicate {
		t.Fatal(duplicate, err)
	}
	s.kill()
	s.start()
	again, duplicate, err := s.send(bounded(t), chat.Draft{Room: "tea", From: chat.Person{Name: "mina"}, Key: "key2", Body: chat.Message{Text: "once"}})
	if err != nil || duplicate || again.ID == first.ID {
		t.Errorf("another key got %v, %t, %v", again, duplicate, err)
	}
	for _, key := range []string{"key", `"key"`} {
		id := `"id":"` + first.ID.String() + `"`
		res, body := s.post("/rooms/tea/messages", header("Idempotency-Key", key, "User-Name", "Mina"), "once")
		if res.StatusCode != http.StatusCreated || res.Header.Get("Idempotent-Replayed") != "true" || !strings.Contains(body, id) || !strings.Contains(body, `"duplicate":true`) {
			t.Errorf("%s again got %d %v %s", key, res.StatusCode, res.Header, body)
		}
		res, body = s.post("/rooms/tea/messages", header("Idempotency-Key", key, "User-Name", "Mina"), "other words")
		if res.StatusCode != http.StatusUnprocessableEntity || res.Header.Get("Idempotent-Replayed") != "" || !strings.Contains(body, id) || !strings.Contains(body, `"code":"key_reused"`) {
			t.Errorf("%s with another text got %d %v %s", key, res.StatusCode, res.Header, body)
		}
	}
	if got := s.texts("tea"); len(got) != 2 {
		t.Errorf("said %q", got)
	}
}

// TestEnvironment: every flag can come from the environment, and a flag wins.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	s := &server{t: t, data: t.TempDir(), started: make(chan struct{}), client: http.DefaultClient}
	p := launch(t, program(t, []string{
		"PLAINCHAT_LISTEN=127.0.0.1:0", "PLAINCHAT_DATA=" + s.data, "PLAINCHAT_LOG_FORMAT=json", "PLAINCHAT_LOG_LEVEL=error",
		"PLAINCHAT_TRUSTED_PROXY=127.0.0.1,10.0.0.0/8",
	}, "--log-level=info"))
	s.url = strings.TrimPrefix(p.stdout.awaitLines(t, 1)[0], "plainchat is at ")
	s.post("/messages", header("X-Forwarded-For", "203.0.113.7"), "hello")
	if record := p.stderr.awaitCount(t, "\n", 1); !strings.Contains(record, `"client":"203.0.113.7"`) {
		t.Errorf("the record is %q", record)
	}
	if said := p.stdout.awaitCount(t, "\n", 5); !strings.Contains(said, s.data) {
		t.Errorf("the start printed %q", said)
	}
}

// TestEnvironmentOfOthers: what images and orchestrators set of themselves for something
// that is called plainchat is none of our flags, whichever command runs.
func TestEnvironmentOfOthers(t *testing.T) {
	t.Parallel()
	env := []string{
		"PLAINCHAT_VERSION=1.2.3", "PLAINCHAT_HELP=see the wiki", "PLAINCHAT_PORT=tcp://10.0.0.1:80",
		"PLAINCHAT_SERVICE_HOST=10.0.0.1", "PLAINCHAT_ROOM=no room/", "PLAINCHAT_NAME=" + strings.Repeat("n", 100),
		"PLAINCHAT_SINCE=yesterday", "PLAINCHAT_JSON=perhaps", "PLAINCHAT_CONNECTIONS=many",
	}
	s := &server{t: t, data: t.TempDir(), listen: "127.0.0.1:0", args: []string{"serve"}, env: env, started: make(chan struct{}), client: http.DefaultClient}
	s.start()
	for _, args := range [][]string{{"health"}, {"send", "hello"}, {"check", "--data=" + s.data}, {"version"}} {
		p := launch(t, program(t, append(env, "PLAINCHAT_URL="+s.url), args...))
		if code := p.wait(); code != 0 {
			t.Errorf("%v: exit code %d, %s", args, code, p.stderr)
		}
	}
	if got := s.texts("lobby"); len(got) != 1 {
		t.Errorf("said %q in the lobby", got)
	}
	help := launch(t, program(t, env, "send", "--help"))
	help.wait()
	if text := help.stdout.String(); strings.Contains(text, "PLAINCHAT_ROOM") || !strings.Contains(text, "PLAINCHAT_URL") {
		t.Errorf("the help names the wrong variables:\n%s", text)
	}
}
