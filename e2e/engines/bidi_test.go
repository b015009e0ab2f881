//go:build linux

package engines

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// biDi is a client of WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/). Its methods may be
// called concurrently.
type biDi struct {
	conn   *websocket.Conn
	events func(method string, params json.RawMessage) // called by one goroutine

	mu      sync.Mutex
	last    int
	pending map[int]chan biDiMessage
	broken  error // why nothing is answered any more
}

// biDiMessage is what the browser sends: an answer, which has an id, or an event.
type biDiMessage struct {
	Type    string          `json:"type"`
	ID      int             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// dialBiDi connects to a browser. The connection ends with ctx.
func dialBiDi(ctx context.Context, address string, events func(string, json.RawMessage)) (*biDi, error) {
	conn, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1)
	b := &biDi{conn: conn, events: events, pending: make(map[int]chan biDiMessage)}
	go b.read(ctx)
	return b, nil
}

// read hands out what the browser sends until the connection ends.
func (b *biDi) read(ctx context.Context) {
	for {
		var m biDiMessage
		if err := wsjson.Read(ctx, b.conn, &m); err != nil {
			b.fail(err)
			return
		}
		if m.Type == "event" {
			b.events(m.Method, m.Params)
			continue
		}
		b.mu.Lock()
		if answer, ok := b.pending[m.ID]; ok {
			answer <- m
			delete(b.pending, m.ID)
		}
		b.mu.Unlock()
	}
}

// fail ends every call that waits, and those to come.
func (b *biDi) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = err
	for id, answer := range b.pending {
		answer <- biDiMessage{Type: "error", Error: "disconnected", Message: err.Error()}
		delete(b.pending, id)
	}
}

// call sends a command, and puts its result into result unless that is nil.
func (b *biDi) call(ctx context.Context, method string, params, result any) error {
	id, pending, err := b.expect()
	if err != nil {
		return err
	}
	command := map[string]any{"id": id, "method": method, "params": params}
	if err := wsjson.Write(ctx, b.conn, command); err != nil {
		return err
	}
	select {
	case answer := <-pending:
		if answer.Type == "error" {
			return fmt.Errorf("%s: %s: %s", method, answer.Error, answer.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(answer.Result, result)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	}
}

// expect makes place for the answer to a command.
func (b *biDi) expect() (id int, answer <-chan biDiMessage, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return 0, nil, b.broken
	}
	b.last++
	pending := make(chan biDiMessage, 1)
	b.pending[b.last] = pending
	return b.last, pending, nil
}
