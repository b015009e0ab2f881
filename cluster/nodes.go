package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"plainchat/store"
)

const (
	// nodeTries is how many nodes that know nothing are asked; which ones is left to chance.
	nodeTries = 6
	// maxSpans is how many spans one question has, and maxTold how much of records one answer, in bytes.
	maxSpans = 500
	maxTold  = 512 << 10
)

// wanted is what a node asks another: what that holds at some places.
type wanted struct {
	Spans []span `json:"spans"`
}

// holding is the answer. Of the places that were asked for, those that it does not name have nothing.
type holding struct {
	Entries []heldEntry `json:"entries"`
	Unknown []span      `json:"unknown"` // of which the node can tell nothing, or nothing yet
}

type heldEntry struct {
	Seq    uint64    `json:"seq"`
	Time   time.Time `json:"time"`
	Record []byte    `json:"record"`
}

func (j *Journal) repairSubject() string { return j.opts.Stream + ".repair." + j.epoch }

// Serve implements store.Helper: other nodes may ask for what a log holds.
func (j *Journal) Serve(log store.Peer) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	host, _ := os.Hostname() // a node without a name has an id
	id := nuid.Next()
	answering := func(answer func([]byte) []byte) nats.MsgHandler {
		return func(m *nats.Msg) {
			if a := answer(m.Data); a != nil {
				_ = m.Respond(a) // who has asked asks again
			}
		}
	}
	repairs, err := j.conn.QueueSubscribe(j.repairSubject(), "nodes", answering(func(q []byte) []byte { return holdingOf(ctx, log, q) }))
	if err != nil {
		cancel()
		return nil, fmt.Errorf("cluster: %w", err)
	}
	digests, err := j.conn.Subscribe(j.digestSubject(), answering(func(q []byte) []byte { return digestOf(ctx, log, q, host, id) }))
	if err != nil {
		err = errors.Join(fmt.Errorf("cluster: %w", err), repairs.Unsubscribe())
		cancel()
		return nil, err
	}
	return func() {
		_, _ = repairs.Unsubscribe(), digests.Unsubscribe() // both end with the connection
		cancel()
	}, nil
}

// holdingOf answers a question, unless it is none.
func holdingOf(ctx context.Context, log store.Peer, question []byte) []byte {
	var w wanted
	if err := json.Unmarshal(question, &w); err != nil || !inOrder(w.Spans) || len(w.Spans) > maxSpans {
		return nil
	}
	h := holding{Entries: []heldEntry{}, Unknown: []span{}}
	room := maxTold
	for _, s := range w.Spans {
		if err := h.tell(ctx, log, s, &room); err != nil {
			return nil
		}
	}
	answer, err := json.Marshal(h)
	if err != nil {
		return nil
	}
	return answer
}

// tell adds what a log holds of some places, as long as there is room.
func (h *holding) tell(ctx context.Context, log store.Peer, s span, room *int) error {
	for e, err := range log.Held(ctx, s.From, s.Upto) {
		if m, isMissing := errors.AsType[*store.Missing](err); isMissing {
			h.Unknown = append(h.Unknown, span{m.From, m.Upto})
			continue
		}
		if err != nil {
			return err
		}
		record := e.Record.Append(nil)
		if *room -= len(record); *room < 0 {
			h.Unknown = append(h.Unknown, span{e.Seq, s.Upto})
			return nil
		}
		h.Entries = append(h.Entries, heldEntry{e.Seq, e.Time, record})
	}
	return nil
}

// inOrder reports whether spans are in order, none of them empty, and of positions that there can be.
func inOrder(spans []span) bool {
	last := uint64(0)
	for _, s := range spans {
		if s.From <= last || s.Upto < s.From || s.Upto > math.MaxInt64 {
			return false
		}
		last = s.Upto
	}
	return true
}

// heard is what another node has told.
type heard struct {
	entries []store.Entry
	unknown []span
}

// errNoNodes is that there is no other node.
var errNoNodes = errors.New("cluster: there is no other node")

// askNode asks some other node. It returns nil if that does not answer, or not as it should.
func (j *Journal) askNode(ctx context.Context, spans []span) (*heard, error) {
	question, err := json.Marshal(wanted{spans})
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	answer, err := j.conn.RequestWithContext(waiting, j.repairSubject(), question)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, errNoNodes
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, nil
	case err != nil:
		return nil, unavailable(err)
	}
	return parseHolding(answer.Data, spans), nil
}

// parseHolding reads the answer about some places. It returns nil for one that is about others, or is
// damaged.
func parseHolding(data []byte, spans []span) *heard {
	var h holding
	if err := json.Unmarshal(data, &h); err != nil || !inOrder(h.Unknown) || h.Entries == nil || h.Unknown == nil {
		return nil
	}
	told := &heard{unknown: h.Unknown}
	for _, e := range h.Entries {
		record, err := store.ParseRecord(e.Record)
		if err != nil || e.Seq <= lastOf(told.entries) {
			return nil
		}
		told.entries = append(told.entries, store.Entry{Seq: e.Seq, Time: e.Time, Record: record})
	}
	if len(outside(spansOf(told.entries), spans)) > 0 || len(outside(told.unknown, spans)) > 0 {
		return nil
	}
	return told
}
