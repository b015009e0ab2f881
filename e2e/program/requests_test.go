package program

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"plainchat/chat"
)

// do sends a request and reads the answer.
func (s *server) do(ctx context.Context, method, target string, header http.Header, body string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+target, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res, string(answer), err
}

// get returns what is at an address.
func (s *server) get(target string, header http.Header) (*http.Response, string) {
	s.t.Helper()
	res, body, err := s.do(bounded(s.t), http.MethodGet, target, header, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return res, body
}

// refusal is an answer other than the one that was asked for.
type refusal struct {
	status int
	detail string // its body
}

func (r *refusal) Error() string { return fmt.Sprintf("status %d: %s", r.status, r.detail) }

// send posts a message and returns the event that was acknowledged. An answer
// other than 201 is a *refusal.
func (s *server) send(ctx context.Context, m chat.Draft) (ev chat.Event, duplicate bool, err error) {
	body, err := json.Marshal(map[string]string{"user_name": string(m.From.Name), "message": m.Text(), "client_id": m.Key})
	if err != nil {
		return ev, false, err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	res, answer, err := s.do(ctx, http.MethodPost, "/rooms/"+string(m.Room)+"/messages", header, string(body))
	if err != nil {
		return ev, false, err
	}
	if res.StatusCode != http.StatusCreated {
		return ev, false, &refusal{status: res.StatusCode, detail: answer}
	}
	var ack struct{ Duplicate bool }
	if err := json.Unmarshal([]byte(answer), &ack); err != nil {
		return ev, false, err
	}
	return ev, ack.Duplicate, ev.UnmarshalJSON([]byte(answer))
}

// say posts a text to a room.
func (s *server) say(room chat.Room, text string) chat.Event {
	s.t.Helper()
	ev, _, err := s.send(bounded(s.t), chat.Draft{Room: room, From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: text}})
	if err != nil {
		s.t.Fatal(err)
	}
	return ev
}

// metrics reads those without labels.
func (s *server) metrics() map[string]float64 {
	s.t.Helper()
	_, text := s.get("/metrics", nil)
	metrics := make(map[string]float64)
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); err == nil && name != "#" {
			metrics[name] = n
		}
	}
	return metrics
}

// dial opens a bare connection.
func (s *server) dial() *net.TCPConn {
	s.t.Helper()
	conn, err := new(net.Dialer).DialContext(bounded(s.t), "tcp", s.listen)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}
