//go:build proxies

package program

import (
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"testing"
)

// lines is a body that is read line by line.
type lines struct{ *bufio.Reader }

func (l lines) line(t *testing.T) string {
	t.Helper()
	line, err := l.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// follow opens the transcript that goes on, as a client that would take it compressed.
func (s *server) follow(t *testing.T, room string) lines {
	t.Helper()
	return s.read(t, "/rooms/"+room+"?follow", http.Header{"Accept-Encoding": {"gzip"}})
}

func (s *server) read(t *testing.T, target string, header http.Header) lines {
	t.Helper()
	ctx, cancel := context.WithCancel(bounded(t))
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	body := io.Reader(res.Body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			t.Fatal(err)
		}
	}
	return lines{bufio.NewReader(body)}
}
