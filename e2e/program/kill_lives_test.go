package program

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/internal/seed"
)

var lifeKills = flag.Int("life-kills", 3, "how often TestKillLives kills the server and a sender")

// TestKillLives: kill -9 of the server and of senders, again and again, tears no message that grows: each is
// a whole state that its sender had, and is ended or lost at last.
func TestKillLives(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	s := newServer(t, "--log-level=warn")
	ends := make(map[string]bool) // by room, whether its sender was killed
	for i := range *lifeKills {
		room := fmt.Sprint("life", i)
		cmd := program(t, []string{"PLAINCHAT_URL=" + s.url}, "send", "--room="+room, "--live")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		p := launch(t, cmd)
		for n := 1; n <= 30; n++ {
			fmt.Fprintln(in, n)
			switch n {
			case 1, 20:
				s.awaitShown(room, func(m shown) bool {
					return strings.Contains(m.Message, fmt.Sprint("\n", n, "\n")) && m.Status.State == chat.Running
				})
			case 10:
				s.kill()
				s.start()
			}
		}
		if ends[room] = rng.IntN(2) == 0; ends[room] {
			p.kill()
		} else if in.Close(); p.wait() != 0 {
			t.Errorf("%s: exit code %d", room, p.wait())
		}
	}
	for room, killed := range ends {
		want := chat.Ended
		if killed {
			want = chat.Lost
		}
		m := s.awaitShown(room, func(m shown) bool { return m.Status.State == want })
		checkWhole(t, m.Message, !killed)
	}
}

// checkWhole checks that a text has the numbers from 1 on, in a block of code that is closed; 30 at the end.
func checkWhole(t *testing.T, text string, ended bool) {
	t.Helper()
	var lines []string
	for n := 1; n <= 30; n++ {
		lines = append(lines, fmt.Sprint(n))
		if text == "```\n"+strings.Join(lines, "\n")+"\n```" && (n == 30 || !ended) {
			return
		}
	}
	t.Errorf("%q is torn", text)
}
