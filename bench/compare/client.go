package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

// client asks a plainchat for what the generator does not.
type client struct {
	address string
	http    *http.Client
}

func newClient(address string) *client {
	return &client{address, &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// do returns the body of an answer, which the caller closes.
func (c *client) do(ctx context.Context, method, path string, body io.Reader, header http.Header) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.address+path, body)
	if err != nil {
		return nil, err
	}
	req.Header = header
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		resp.Body.Close()
		return nil, fmt.Errorf("%s %s is answered with status %d", method, path, resp.StatusCode)
	}
	return resp.Body, nil
}

func (c *client) isReady(string) bool {
	body, err := c.do(context.Background(), http.MethodGet, "/readyz", nil, http.Header{})
	if err != nil {
		return false
	}
	body.Close()
	return true
}

// post says something and returns its event.
func (c *client) post(ctx context.Context, room chat.Room, text string) (chat.Event, error) {
	form := url.Values{"user_name": {"compare"}, "message": {text}}.Encode()
	body, err := c.do(ctx, http.MethodPost, room.Path()+"/messages", strings.NewReader(form),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if err != nil {
		return chat.Event{}, err
	}
	defer body.Close()
	var ev chat.Event
	return ev, json.NewDecoder(body).Decode(&ev)
}

// firstEvent resumes a stream and returns when the first message is there.
func (c *client) firstEvent(ctx context.Context, room chat.Room, after chat.ID) error {
	body, err := c.do(ctx, http.MethodGet, room.Path()+"/events", nil, http.Header{"Last-Event-Id": {after.String()}})
	if err != nil {
		return err
	}
	defer body.Close()
	for stream := eventstream.NewReader(body); ; {
		ev, err := stream.Next()
		if err != nil || ev.Type == "my response" {
			return err
		}
	}
}

// lastPage reads the newest messages of a room.
func (c *client) lastPage(ctx context.Context, room chat.Room) error {
	body, err := c.do(ctx, http.MethodGet, room.Path()+"/messages?limit=50", nil, http.Header{"Accept": {"application/json"}})
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(io.Discard, body)
	return err
}

// resident returns how many bytes of memory the server holds.
func (c *client) resident(ctx context.Context) (float64, error) {
	body, err := c.do(ctx, http.MethodGet, "/metrics", nil, http.Header{})
	if err != nil {
		return 0, err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), "process_resident_memory_bytes "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("/metrics does not tell the memory: %v", lines.Err())
}
