package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"plainchat/chat"
)

// TestLinearizable: what several clients see of a room, while they append, retry and
// read at the same time and kill -9 comes in between, could have come from a room
// that does one thing after the other.
func TestLinearizable(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--log-level=warn")
	checkLinearizable(t, recordHistory(t, s, "tea", 5, 40))
}

// checkLinearizable holds a history against the model.
func checkLinearizable(t *testing.T, history []porcupine.Operation) {
	t.Helper()
	const patience = time.Minute // far more than a history of this size needs
	if got := porcupine.CheckOperationsTimeout(roomModel, history, patience); got != porcupine.Ok {
		for _, op := range history {
			t.Logf("%d to %d, client %d: %+v gives %+v", op.Call, op.Return, op.ClientId, op.Input, op.Output)
		}
		t.Errorf("the history is not linearizable (%s)", got)
	}
}

// request is the input of an operation: an append, or if it has no text a read.
type request struct{ key, text string }

// answer is its output.
type answer struct {
	unknown   bool   // there was none: it may have been done, or not
	duplicate bool   // of an append
	reused    bool   // of an append: its key belongs to a message with another text
	text      string // of an append: that of the message acknowledged; of a read: all, each with a line's end
}

// roomModel is a room that does one thing after the other. Its state is the list of its
// messages, each a line "key text\n". An append is new, at the end, or, by its text, a
// duplicate of the one with its key or refused; a read gives the list as it is.
var roomModel = porcupine.Model{
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		list, in, out := state.(string), input.(request), output.(answer)
		if in.text == "" {
			return out.text == list, list
		}
		first, found := textOf(list, in.key)
		if !found {
			return out.unknown || out == answer{text: in.text}, list + in.key + " " + in.text + "\n"
		}
		if first != in.text {
			return out.unknown || out == answer{reused: true}, list
		}
		return out.unknown || out == answer{duplicate: true, text: first}, list
	},
}

// textOf returns the text of the message that has a key.
func textOf(list, key string) (string, bool) {
	for line := range strings.Lines(list) {
		if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), key+" "); ok {
			return text, true
		}
	}
	return "", false
}

// historian records what clients do to one room, and when.
type historian struct {
	server *server
	room   chat.Room
	start  time.Time
	keys   atomic.Int64  // how many appends there were
	done   chan struct{} // told of each operation that was answered

	mu      sync.Mutex
	history []porcupine.Operation
}

// recordHistory lets clients loose on a room, kills the server a number of times,
// after so many answers each, and returns what was recorded.
func recordHistory(t *testing.T, s *server, room chat.Room, kills, answers int) []porcupine.Operation {
	t.Helper()
	const clients = 4
	ctx, cancel := context.WithCancel(bounded(t))
	h := &historian{server: s, room: room, start: time.Now(), done: make(chan struct{})}
	stop := make(chan struct{})
	var working sync.WaitGroup
	t.Cleanup(working.Wait) // also if the test ends in the middle
	t.Cleanup(cancel)
	for client := range clients {
		working.Go(func() { h.work(ctx, stop, client) })
	}
	for range kills {
		h.await(ctx, t, answers)
		s.kill()
		s.start()
	}
	h.await(ctx, t, answers)
	close(stop)
	go func() {
		working.Wait()
		close(h.done)
	}()
	for range h.done { // what was still under way
	}
	h.read(ctx, clients)
	return h.closed()
}

// await waits for so many answers.
func (h *historian) await(ctx context.Context, t *testing.T, answers int) {
	t.Helper()
	for range answers {
		select {
		case <-h.done:
		case <-ctx.Done():
			t.Fatal("no answers any more")
		}
	}
}

// work is one client: two appends and a read in turn. Where the server does not answer
// it goes on with the next run of it.
func (h *historian) work(ctx context.Context, stop <-chan struct{}, client int) {
	for i := client; ; i++ { // not all with the same
		run := h.server.run()
		ok := false
		if i%3 == 0 {
			ok = h.read(ctx, client)
		} else {
			ok = h.append(ctx, client)
		}
		if !ok && !h.server.after(ctx, run) {
			return
		}
		if !ok {
			continue
		}
		select {
		case h.done <- struct{}{}:
		case <-stop:
			return
		case <-ctx.Done():
			return
		}
	}
}

// append sends a message under a client id that four appends share, two of them with the
// same text, so that most are retries or refused, often at the same time as what they repeat.
func (h *historian) append(ctx context.Context, client int) bool {
	n := h.keys.Add(1)
	in := request{key: fmt.Sprint("k", n/4), text: fmt.Sprint("text", n/2)}
	call := time.Since(h.start)
	ev, duplicate, err := h.server.send(ctx, chat.Draft{Room: h.room, From: chat.Person{Name: "Mina"}, Key: in.key, Body: chat.Message{Text: in.text}})
	if r, answered := errors.AsType[*refusal](err); answered && r.status == http.StatusUnprocessableEntity {
		h.record(client, in, answer{reused: true}, call)
		return true
	}
	if err != nil {
		h.record(client, in, answer{unknown: true}, call)
		return false
	}
	h.record(client, in, answer{duplicate: duplicate, text: ev.Text()}, call)
	return true
}

// read reads the whole room. One that fails tells nothing and is not recorded.
func (h *historian) read(ctx context.Context, client int) bool {
	call := time.Since(h.start)
	const all = "/messages?limit=1000"
	res, body, err := h.server.do(ctx, http.MethodGet, h.room.Path()+all, header("Accept", "application/x-ndjson"), "")
	if err != nil || res.StatusCode != http.StatusOK {
		return false
	}
	var list strings.Builder
	for line := range strings.Lines(body) {
		var ev chat.Event
		if json.Unmarshal([]byte(line), &ev) != nil {
			return false // cut off, as its missing end shows
		}
		fmt.Fprintf(&list, "%s %s\n", ev.Key, ev.Text())
	}
	h.record(client, request{}, answer{text: list.String()}, call)
	return true
}

func (h *historian) record(client int, in request, out answer, call time.Duration) {
	end := time.Since(h.start)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.history = append(h.history, porcupine.Operation{ClientId: client, Input: in, Output: out, Call: int64(call), Return: int64(end)})
}

// closed returns the history, in which what was not answered ends with the last of all.
// Of that it keeps only what was seen to have been done: anything else may have been
// done after the rest, which nothing can contradict, and each would double the time
// that the check takes.
func (h *historian) closed() []porcupine.Operation {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := make(map[string]bool)
	for _, op := range h.history {
		for word := range strings.FieldsSeq(op.Output.(answer).text) {
			seen[word] = true
		}
	}
	end := int64(time.Since(h.start))
	var history []porcupine.Operation
	for _, op := range h.history {
		if op.Output.(answer).unknown {
			op.Return = end
			if !seen[op.Input.(request).text] {
				continue
			}
		}
		history = append(history, op)
	}
	return history
}
