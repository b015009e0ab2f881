package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/e2e/internal/running"
)

// rooms are those in which everything happens.
var rooms = []chat.Room{"tea", "ink", "차", "paper", "sea"}

const (
	// patience is how long a talker waits for an answer: as long as a chat may take that loses the
	// leader of its stream; and hurry, how long one who asks another node soon.
	patience = 13 * time.Second
	hurry    = 2 * time.Second
	// again is how long after an attempt that failed the next node is asked.
	again = 20 * time.Millisecond
)

// talker is a guest who writes messages and does to them all that can be done, one thing after
// the other, each until a node has acknowledged it. It stays with a node until that fails.
type talker struct {
	name     string
	cookie   string
	nodes    []*running.Server
	node     int           // of nodes: the one that it is with
	patience time.Duration // for an answer
	rng      *rand.Rand
	client   *http.Client
	told     func() // of each acknowledgement

	n   int                    // how many things it has done
	own map[chat.Room][]string // ids of its messages that it has not deleted

	mu      sync.Mutex
	acks    []ack
	gone    map[string]bool // ids of messages that it has begun to delete
	refused map[string]int  // how often a node could not at present, by the code that it gave
	worst   time.Duration   // that a thing took
}

// ack is an event as it was acknowledged.
type ack struct {
	id    chat.ID
	event string // as a stream has it
}

func newTalker(c *cluster, i int, draw uint64, told func()) *talker {
	waits := patience
	if i%2 == 1 {
		waits = hurry
	}
	return &talker{
		name: fmt.Sprint("talker ", i), cookie: guestCookie(c.t, c.nodes[0]), nodes: c.nodes, node: i % len(c.nodes), patience: waits,
		rng: rand.New(rand.NewPCG(draw, uint64(i))), client: newClient(), told: told,
		own: make(map[chat.Room][]string), gone: make(map[string]bool), refused: make(map[string]int),
	}
}

// newClient has connections of its own, one at a time.
func newClient() *http.Client { return &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}} }

// talk does something at each tick, until stop is closed. An error is an answer that must not be.
func (k *talker) talk(ctx context.Context, pace time.Duration, stop <-chan struct{}) error {
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-stop:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		began := time.Now()
		if err := k.step(ctx); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		k.mu.Lock()
		k.worst = max(k.worst, time.Since(began))
		k.mu.Unlock()
	}
}

func (k *talker) step(ctx context.Context) error {
	k.n++
	room := rooms[k.rng.IntN(len(rooms))]
	text := map[string]string{"message": fmt.Sprintf("%s does %d", k.name, k.n)}
	own := k.own[room]
	if len(own) < 3 {
		return k.write(ctx, room, text)
	}
	i := k.rng.IntN(len(own))
	id := own[i]
	at := room.Path() + "/messages/" + id
	switch k.rng.IntN(10) {
	case 0, 1, 2:
		return k.write(ctx, room, text)
	case 3:
		text["reply_to"] = id
		return k.write(ctx, room, text)
	case 4, 5:
		return k.do(ctx, http.MethodPatch, at, text)
	case 6:
		return k.do(ctx, []string{http.MethodPut, http.MethodDelete}[k.n%2], at+"/reactions/👍", nil)
	case 7:
		return k.do(ctx, []string{http.MethodPut, http.MethodDelete}[k.n%2], at+"/pin", nil)
	case 8:
		return k.do(ctx, http.MethodPut, room.Path()+"/read", map[string]string{"id": id})
	}
	k.own[room] = slices.Delete(own, i, i+1)
	k.mu.Lock()
	k.gone[id] = true
	k.mu.Unlock()
	return k.do(ctx, http.MethodDelete, at, nil)
}

func (k *talker) write(ctx context.Context, room chat.Room, body map[string]string) error {
	body["user_name"] = k.name
	before := len(k.acks)
	err := k.do(ctx, http.MethodPost, room.Path()+"/messages", body)
	if len(k.acks) > before {
		k.own[room] = append(k.own[room], k.acks[before].id.String())
	}
	return err
}

// do sends a request to one node after the other, until it is answered.
func (k *talker) do(ctx context.Context, method, path string, body map[string]string) error {
	key := fmt.Sprint("thing-", k.n)
	for {
		status, answer, err := k.try(ctx, method, path, key, body)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status == http.StatusNoContent:
			return nil // it was so already
		case err == nil && status < 300:
			return k.acknowledge(answer)
		case err == nil && status == http.StatusServiceUnavailable:
			k.refuse(answer)
		case err == nil:
			return fmt.Errorf("%s %s: %d %s", method, path, status, answer)
		}
		k.node = (k.node + 1) % len(k.nodes)
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (k *talker) refuse(answer []byte) {
	var problem struct{ Code string }
	_ = json.Unmarshal(answer, &problem) // of a proxy, perhaps
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refused[problem.Code]++
}

// try sends a request to the node that the talker is with.
func (k *talker) try(ctx context.Context, method, path, key string, body map[string]string) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, k.patience)
	defer cancel()
	var sent []byte
	if body != nil {
		sent, _ = json.Marshal(body) // strings
	}
	req, err := http.NewRequestWithContext(ctx, method, k.nodes[k.node].URL+path, bytes.NewReader(sent))
	if err != nil {
		return 0, nil, err
	}
	req.Header = http.Header{"Cookie": {k.cookie}, "User-Name": {k.name}, "Idempotency-Key": {key}, "Content-Type": {"application/json"}}
	res, err := k.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

func (k *talker) acknowledge(answer []byte) error {
	var told struct{ ID chat.ID }
	if err := json.Unmarshal(answer, &told); err != nil {
		return err
	}
	event, err := asOnStream(answer)
	if err != nil {
		return err
	}
	k.mu.Lock()
	k.acks = append(k.acks, ack{told.ID, event})
	k.mu.Unlock()
	k.told()
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
