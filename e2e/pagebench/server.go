package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// server is the program, running, and a guest who writes.
type server struct {
	url     string
	process *exec.Cmd
	guest   *http.Client
}

// startServer runs the program on a free port, without limits.
func startServer(ctx context.Context, program, data string) (*server, error) {
	s := &server{process: exec.CommandContext(ctx, program, "serve", "--listen", "127.0.0.1:0", "--data", data,
		"--rate-limit", "0", "--read-limit", "0", "--log-level", "error")}
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(first), " is at ")
	if err != nil || !ok {
		s.stop()
		return nil, fmt.Errorf("%s did not say where it is: %q", program, first)
	}
	s.url = address
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
	return s, s.enter()
}

func (s *server) stop() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

// enter gets the cookie of a guest, who may then change what they wrote.
func (s *server) enter() error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	s.guest = &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: writers}, Timeout: 30 * time.Second}
	req, err := http.NewRequest(http.MethodGet, s.url+"/rooms/lobby", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/html") // as a browser, which alone is given one
	resp, err := s.guest.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (s *server) room(name string) string { return s.url + "/rooms/" + url.PathEscape(name) }

// do sends JSON, and decodes the answer into one unless that is nil.
func (s *server) do(ctx context.Context, method, address string, body, answer any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.guest.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s\n%s", method, address, resp.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

// post writes a message and returns its id.
func (s *server) post(ctx context.Context, room, text string) (id string, err error) {
	var answer struct{ ID string }
	err = s.do(ctx, http.MethodPost, s.room(room)+"/messages", map[string]string{"user_name": writer, "message": text}, &answer)
	return answer.ID, err
}

const (
	writer  = "Bob"
	writers = 16 // requests at a time
)

// postMany writes numbered messages, at most some at a time so that their order is about that of
// the numbers. The last one is there when all others are.
func (s *server) postMany(ctx context.Context, room, label string, n int) error {
	var group errgroup.Group
	group.SetLimit(writers)
	for i := range n - 1 {
		group.Go(func() error {
			_, err := s.post(ctx, room, text(label, i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	_, err := s.post(ctx, room, text(label, n-1))
	return err
}

// text is a message of an ordinary length.
func text(label string, i int) string {
	return fmt.Sprintf("An ordinary message of an ordinary length: %s %d.", label, i)
}
