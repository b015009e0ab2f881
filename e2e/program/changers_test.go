package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"

	"plainchat/chat"
)

// changesRoom is where changers are.
const changesRoom = "changes"

// changer is a guest who writes messages and does to them all that can be done, one thing after
// the other, each in every run of the server until it is acknowledged.
type changer struct {
	*guest
	rng  *rand.Rand
	told chan<- struct{} // of each acknowledgement

	n    int      // how many things it has done
	own  []string // ids of its messages that it has not deleted
	mu   sync.Mutex
	acks []ack
	gone map[string]bool // ids of messages that it has begun to delete
}

// ack is an event as it was acknowledged.
type ack struct {
	ID   chat.ID
	json string // as a stream has it
}

// newChanger returns one that does the same as each with this seed.
func newChanger(s *server, name chat.Name, seed uint64, told chan<- struct{}) *changer {
	return &changer{guest: s.guest(name), rng: rand.New(rand.NewPCG(seed, 1)), told: told, gone: make(map[string]bool)}
}

// change does things until stop is closed. An error is an answer that must not be.
func (c *changer) change(ctx context.Context, stop <-chan struct{}) error {
	for ctx.Err() == nil {
		select {
		case <-stop:
			return nil
		default:
		}
		if err := c.step(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (c *changer) step(ctx context.Context) error {
	c.n++
	room := chat.Room(changesRoom).Path()
	text := map[string]string{"message": fmt.Sprintf("%s does %d", c.name, c.n)}
	if len(c.own) < 3 {
		return c.write(ctx, text)
	}
	i := c.rng.IntN(len(c.own))
	id := c.own[i]
	at := room + "/messages/" + id
	switch c.rng.IntN(10) {
	case 0, 1:
		return c.write(ctx, text)
	case 2:
		text["reply_to"] = id
		return c.write(ctx, text)
	case 3, 4:
		return c.do(ctx, http.MethodPatch, at, text)
	case 5:
		return c.do(ctx, http.MethodPut, at+"/reactions/👍", nil)
	case 6:
		return c.do(ctx, http.MethodDelete, at+"/reactions/👍", nil)
	case 7:
		return c.do(ctx, []string{http.MethodPut, http.MethodDelete}[c.n%2], at+"/pin", nil)
	case 8:
		if c.n%2 == 0 {
			return c.do(ctx, http.MethodPut, room, map[string]string{"topic": text["message"]})
		}
		return c.do(ctx, http.MethodPut, room+"/read", map[string]string{"id": id})
	}
	c.own = slices.Delete(c.own, i, i+1)
	c.mu.Lock()
	c.gone[id] = true
	c.mu.Unlock()
	return c.do(ctx, http.MethodDelete, at, nil)
}

func (c *changer) write(ctx context.Context, body map[string]string) error {
	body["user_name"] = string(c.name)
	before := len(c.acks)
	err := c.do(ctx, http.MethodPost, chat.Room(changesRoom).Path()+"/messages", body)
	if len(c.acks) > before {
		c.own = append(c.own, c.acks[before].ID.String())
	}
	return err
}

// do sends a request until it is acknowledged, in each run of the server.
func (c *changer) do(ctx context.Context, method, target string, body map[string]string) error {
	for {
		run := c.server.run()
		var answer json.RawMessage
		err := c.does(ctx, method, target, body, &answer, fmt.Sprint("change-", c.n))
		if err == nil && answer == nil {
			return nil // it was so already
		}
		if err == nil {
			return c.acknowledge(ctx, answer)
		}
		if r, ok := errors.AsType[*refusal](err); ok && r.status != http.StatusServiceUnavailable {
			return err
		}
		if !c.server.after(ctx, run) {
			return ctx.Err()
		}
	}
}

func (c *changer) acknowledge(ctx context.Context, answer json.RawMessage) error {
	var a ack
	if err := json.Unmarshal(answer, &a); err != nil {
		return err
	}
	var err error
	if a.json, err = asOnStream(answer); err != nil {
		return err
	}
	c.mu.Lock()
	c.acks = append(c.acks, a)
	c.mu.Unlock()
	select {
	case c.told <- struct{}{}:
	case <-ctx.Done():
	}
	return nil
}

// asOnStream makes of an acknowledgement what a stream has of its event, with the members sorted.
func asOnStream(event []byte) (string, error) {
	var members map[string]any
	if err := json.Unmarshal(event, &members); err != nil {
		return "", err
	}
	delete(members, "duplicate")
	sorted, err := json.Marshal(members)
	return string(sorted), err
}

// account returns what was acknowledged so far, and what was being deleted.
func (c *changer) account() (acks []ack, gone []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.gone {
		gone = append(gone, id)
	}
	return slices.Clone(c.acks), gone
}
