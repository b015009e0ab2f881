package program

import (
	"strings"
	"testing"
)

// The commands that talk to a server find the one that the same environment starts; what
// is said outright goes first.
func TestCommandsFindTheServer(t *testing.T) {
	t.Parallel()
	s, other := newServer(t), newServer(t)
	_, port, _ := strings.Cut(s.listen, ":")
	for _, c := range []struct {
		env  []string
		args []string
		want *server
	}{
		{[]string{"PLAINCHAT_LISTEN=" + s.listen}, nil, s},
		{[]string{"PLAINCHAT_LISTEN=:" + port, "PLAINCHAT_PUBLIC_URL=https://chat.example.org"}, nil, s},
		{[]string{"PLAINCHAT_LISTEN=0.0.0.0:" + port}, nil, s},
		{[]string{"PLAINCHAT_LISTEN=" + s.listen, "PLAINCHAT_URL=" + other.url}, nil, other},
		{[]string{"PLAINCHAT_LISTEN=" + s.listen, "PLAINCHAT_URL=" + s.url}, []string{"--url=" + other.url}, other},
		{nil, []string{"--url=" + other.listen}, other},
		{[]string{"PLAINCHAT_URL=:" + port}, nil, s},
	} {
		before := len(c.want.texts("found"))
		for _, command := range [][]string{{"health"}, {"send", "--room=found", "hello"}} {
			if p := launch(t, program(t, c.env, append(command, c.args...)...)); p.wait() != 0 {
				t.Errorf("%s with %q %q: exit code %d", command[0], c.env, c.args, p.wait())
			}
		}
		if after := len(c.want.texts("found")); after != before+1 {
			t.Errorf("%q %q: said %d times where it should be", c.env, c.args, after-before)
		}
	}
}
