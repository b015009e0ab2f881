//go:build torture

package program

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
)

// slowClients is how many connections each attack holds.
const slowClients = 400

// TestTortureSlowClients: clients that are slow in sending their header or their body, or in
// reading the answer, are ended in time, and others are served all the while. The slow
// ones are those of slowhttptest.
func TestTortureSlowClients(t *testing.T) {
	if _, err := exec.LookPath("slowhttptest"); err != nil {
		t.Skip("left out: slowhttptest is not installed")
	}
	for name, attack := range map[string][]string{
		"header": {"-H", "-i", "3", "-x", "24", "-l", "60"},
		"body":   {"-B", "-i", "3", "-x", "24", "-l", "90", "-s", "8192", "-t", "POST", "-f", "text/plain"},
		"answer": {"-X", "-n", "5", "-w", "8", "-y", "16", "-z", "8", "-l", "150"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, "--log-level=warn")
			for range 30 { // or the answer would fit into the buffers of a connection
				s.say("tea", strings.Repeat("💧", chat.MaxTextLength))
			}
			before := s.settled(0, map[string]float64{"process_open_fds": 1e9})["process_open_fds"]
			n := fmt.Sprint(slowClients)
			args := append(attack, "-c", n, "-r", n, "-u", s.url+"/rooms/tea/messages")
			slow := launch(t, exec.CommandContext(bounded(t), "slowhttptest", args...))
			for s.metrics()["process_open_fds"] < before+slowClients/2 {
			}
			ctx, stop := context.WithCancel(t.Context())
			served := make(chan string)
			go func() { served <- s.serveOne(ctx) }()
			s.settled(0, map[string]float64{"process_open_fds": before + slack + 8})
			if name == "answer" { // it goes on with what is in its buffers
				select {
				case <-slow.exited:
					t.Error("the slow clients were not ended before they ended themselves")
				default:
				}
			} else if slow.wait(); !strings.Contains(slow.stdout.String(), "No open connections left") {
				t.Errorf("the slow clients were not ended:\n%s", ending(slow.stdout.String()))
			}
			stop()
			t.Log(<-served)
		})
	}
}

// serveOne is one client that is not slow, until the context ends. It returns what that
// was like.
func (s *server) serveOne(ctx context.Context) string {
	n, slowest := 0, time.Duration(0)
	for ; ctx.Err() == nil; n++ {
		start := time.Now()
		_, _, err := s.send(ctx, chat.Draft{Room: "ink", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: fmt.Sprint("message ", n)}})
		if err == nil {
			var res *http.Response
			if res, _, err = s.do(ctx, http.MethodGet, "/rooms/ink", header("Accept", "text/html"), ""); err == nil && res.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", res.StatusCode)
			}
		}
		if err != nil && ctx.Err() == nil {
			s.t.Error(err)
		}
		slowest = max(slowest, time.Since(start))
	}
	return fmt.Sprintf("%d messages and pages meanwhile, the slowest within %v", n, slowest.Round(time.Millisecond))
}
