package program

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
)

// TestTailThroughKill: what tail prints is the log, line by line, though the server
// was killed time and again meanwhile.
func TestTailThroughKill(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var want []chat.Event
	say := func(n int) {
		for range n {
			want = append(want, s.say("tea", fmt.Sprint("text ", len(want))))
		}
	}
	say(3)
	p := s.plainchat("tail", "--json", "--since=all", "--room=tea", "--room=empty")
	p.stdout.awaitLines(t, 3)
	for away := range 3 {
		say(2)
		s.kill()
		p.stderr.awaitCount(t, "trying again", away+1) // before the server is back, or after
		s.start()
		say(2)
		p.stdout.awaitLines(t, len(want))
	}
	say(1)
	got := linesIn(t, p.stdout.awaitCount(t, "text 15", 1))
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

// TestTailForPeople: one line a message, in which nothing can pass for another.
func TestTailForPeople(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.say("tea", "two\nlines")
	s.say("ink", "\x1b[31mred")
	p := s.plainchat("tail", "--since=1h", "--room=tea", "--room=ink")
	want := regexp.MustCompile(`^\d\d:\d\d:\d\d #tea Mina: two\n    lines\n\d\d:\d\d:\d\d #ink Mina: \x{FFFD}\[31mred\n$`)
	if got := p.stdout.awaitCount(t, "\n", 3); !want.MatchString(got) {
		t.Errorf("printed %q", got)
	}
	one := s.plainchat("tail", "--since=all", "--room=tea")
	if got := one.stdout.awaitCount(t, "\n", 2); !strings.Contains(got, " Mina: two") || strings.Contains(got, "#") {
		t.Errorf("printed %q", got)
	}
	if code := one.terminate(); code != 0 || one.stderr.String() != "" {
		t.Errorf("after SIGTERM: exit code %d, %q", code, one.stderr)
	}
}

// TestTailTellsOfGap: a log that is another than the one it listened to.
func TestTailTellsOfGap(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.plainchat("tail", "--since=other-7")
	p.stderr.awaitCount(t, "plainchat: The id is from another log", 1)
	s.say(chat.Lobby, "hello")
	p.stdout.awaitCount(t, "Mina: hello\n", 1)
}

func TestVersionAndHelp(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"version":      `^plainchat \S+, ` + regexp.QuoteMeta(runtime.Version()) + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n$",
		"--version":    `^plainchat `,
		"-v":           `^plainchat `,
		"help":         `(?s)Usage: plainchat.*serve.*help`,
		"help send":    `(?s)Usage: plainchat send.*--whole`,
		"help serve":   `(?s)Usage: plainchat serve.*--listen`,
		"send -h":      `(?s)Usage: plainchat send.*PLAINCHAT_LISTEN.*PLAINCHAT_URL`,
		"--help":       `(?s)Usage: plainchat.*serve.*send.*tail.*completion.*version`,
		"serve --help": `(?s)--listen.*PLAINCHAT_LISTEN.*PLAINCHAT_RATE_LIMIT`,
	} {
		p := launch(t, program(t, nil, strings.Fields(args)...))
		if code := p.wait(); code != 0 || p.stderr.String() != "" || !regexp.MustCompile(want).MatchString(p.stdout.String()) {
			t.Errorf("%s: exit code %d, %q, %q", args, code, p.stdout, p.stderr)
		}
	}
}
