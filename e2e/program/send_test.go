package program

import (
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
)

// texts are what was said in a room, as "name: text".
func (s *server) texts(room string) []string {
	s.t.Helper()
	_, body := s.get("/rooms/"+room+"/messages?limit=1000", map[string][]string{"Accept": {"application/x-ndjson"}})
	var texts []string
	for _, ev := range linesIn(s.t, body) {
		texts = append(texts, string(ev.From.Name)+": "+ev.Text())
	}
	return texts
}

func TestSend(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	long := strings.Repeat("차", chat.MaxTextLength)
	for room, send := range map[string]struct {
		args  []string
		stdin string
		want  []string
	}{
		"args":   {[]string{"--name=Mina", "several", "words", "and 'quotes'"}, "unread", []string{"Mina: several words and 'quotes'"}},
		"lines":  {nil, "one\n\n  two  \r\n \nthree", []string{"anonymous: one", "anonymous:   two  ", "anonymous: three"}},
		"whole":  {[]string{"--whole", "--name", "미나"}, "one\n\n  two\n", []string{"미나: one\n\n  two"}},
		"long":   {nil, long + "\n", []string{"anonymous: " + long}},
		"찻집":     {[]string{"--", "--name"}, "", []string{"anonymous: --name"}},
		"silent": {nil, "", nil},
	} {
		t.Run(room, func(t *testing.T) {
			cmd := program(t, []string{"PLAINCHAT_URL=" + s.url}, append([]string{"send", "--room=" + room}, send.args...)...)
			cmd.Stdin = strings.NewReader(send.stdin)
			if p := launch(t, cmd); p.wait() != 0 || p.stdout.String() != "" || p.stderr.String() != "" {
				t.Errorf("exit code %d, %q, %q", p.wait(), p.stdout, p.stderr)
			}
			if got := s.texts(room); !slices.Equal(got, send.want) {
				t.Errorf("said %q, want %q", got, send.want)
			}
		})
	}
}

// TestSendRefused: what the server will never take is told at once, and ends the
// program.
func TestSendRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, send := range map[string]struct {
		args  []string
		stdin string
		part  string
	}{
		"name":      {[]string{"--name=a\nb", "hello"}, "", "The user name holds a character"},
		"long name": {[]string{"--name=" + strings.Repeat("a", 41), "hello"}, "", "The user name is longer than 40 characters"},
		"empty":     {[]string{"--whole"}, "\n", "The message is empty"},
		"long":      {[]string{"--whole"}, strings.Repeat("a", chat.MaxTextLength+1), "longer than 8,000 characters"},
		"long line": {nil, strings.Repeat("차", 2*chat.MaxTextLength), "longer than a message may be"},
		"not UTF-8": {[]string{"--whole"}, "a\xffb", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := program(t, []string{"PLAINCHAT_URL=" + s.url}, append([]string{"send", "--room=refused"}, send.args...)...)
			cmd.Stdin = strings.NewReader(send.stdin)
			p := launch(t, cmd)
			if code, said := p.wait(), p.stderr.String(); code != 1 || !strings.Contains(said, send.part) || strings.Count(said, "\n") != 1 {
				t.Errorf("exit code %d, %q; want %q", code, said, send.part)
			}
		})
	}
	if got := s.texts("refused"); len(got) > 0 {
		t.Errorf("said %q", got)
	}
}

// TestSendWaits: a message sent while the server is away is said when it is back,
// once.
func TestSendWaits(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.kill()
	p := s.plainchat("send", "--room=tea", "patience")
	s.start()
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := s.texts("tea"); !slices.Equal(got, []string{"anonymous: patience"}) {
		t.Errorf("said %q", got)
	}
}
