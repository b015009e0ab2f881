package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

// Whoever writes at one node reads that at another at once: a program by the header that the
// answer had, and a browser by its cookie, the JSON and the page.
func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 125
	c := start(t, natstest.Options{}, "--read-limit", "0")
	ctx := bounded(t)
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() {
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Error(err)
				return
			}
			w := &writer{client: &http.Client{}, room: fmt.Sprint("room-", i)}
			if i%2 == 0 {
				w.browser, w.client.Jar = true, jar
			}
			for n := range each {
				if err := w.writeAndRead(ctx, c.nodes[n%3], c.nodes[(n+1+n%2)%3], fmt.Sprintf("text-%d-%d.", i, n)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
}

// positionHeader names how far the log went when something was written.
const positionHeader = "Plainchat-Position"

// writer writes at one node and reads at another. As a browser, it knows its cookies alone: those are of a
// host, and its ports share them.
type writer struct {
	client   *http.Client // of a browser, with its cookies
	room     string
	browser  bool
	position string
}

func (w *writer) writeAndRead(ctx context.Context, at, from *running.Server, text string) error {
	form := url.Values{"message": {text}, "user_name": {w.room}}.Encode()
	if _, err := w.ask(ctx, http.MethodPost, at.Room(w.room)+"/messages", "application/json", form); err != nil {
		return err
	}
	for address, accept := range map[string]string{"/messages?limit=5": "application/json", "": "text/html"} {
		got, err := w.ask(ctx, http.MethodGet, from.Room(w.room)+address, accept, "")
		if err != nil {
			return err
		}
		if !strings.Contains(got, text) {
			return fmt.Errorf("%q, which was written at %s, is not in %s at %s", text, at.Addr, address, from.Addr)
		}
	}
	return nil
}

// ask returns the answer to a request; one that is no success is an error.
func (w *writer) ask(ctx context.Context, method, address, accept, form string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form))
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", accept)
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if w.position != "" && !w.browser {
		req.Header.Set(positionHeader, w.position)
	}
	answer, err := w.client.Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if named := answer.Header.Get(positionHeader); named != "" {
		w.position = named
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %s", method, address, answer.Status, text)
	}
	return string(text), err
}
