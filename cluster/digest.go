package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"

	"plainchat/store"
)

const (
	// maxSums is how many sums one answer has.
	maxSums = 1000
	// reachWait is how long a node waits to have followed far enough before it answers, and hearWait how long
	// answers are waited for after that.
	reachWait = 2 * time.Second
	hearWait  = time.Second
)

// summing is what all nodes are asked: the sums of the positions from one up to another, in steps, once they
// have followed up to a position.
type summing struct {
	From  uint64 `json:"from"`
	Upto  uint64 `json:"upto"`
	Step  uint64 `json:"step"`
	After uint64 `json:"after"`
}

func (s summing) valid() bool {
	return s.From > 0 && s.Step > 0 && s.Upto >= s.From && s.Upto < 1<<63 && (s.Upto-s.From)/s.Step < maxSums
}

// NodeDigest is the answer of a node.
type NodeDigest struct {
	Node    string      `json:"node"` // the name of its host
	ID      string      `json:"id"`   // of this start of it
	First   uint64      `json:"first"`
	Applied uint64      `json:"applied"`
	Sums    []store.Sum `json:"sums"`
}

func (j *Journal) digestSubject() string { return j.opts.Stream + ".digest" }

// digestOf answers a question, unless it is none.
func digestOf(ctx context.Context, log store.Peer, question []byte, node, id string) []byte {
	var s summing
	if err := json.Unmarshal(question, &s); err != nil || !s.valid() {
		return nil
	}
	reaching, cancel := context.WithTimeout(ctx, reachWait)
	defer cancel()
	if _, err := log.Reach(reaching, s.After); err != nil {
		return nil
	}
	d, err := log.Digest(ctx, s.From, s.Upto, s.Step)
	if err != nil {
		return nil
	}
	answer, err := json.Marshal(NodeDigest{node, id, d.First, d.Applied, d.Sums})
	if err != nil {
		return nil
	}
	return answer
}

// Digests asks all nodes for the sums of positions, no more than 1,000, once they have followed up to a position.
// Nodes that do not answer are left out.
func (j *Journal) Digests(ctx context.Context, from, upto, step, after uint64) (digests []NodeDigest, err error) {
	s := summing{from, upto, step, after}
	question, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	inbox := j.conn.NewInbox()
	sub, err := j.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, unavailable(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := j.conn.PublishRequest(j.digestSubject(), inbox, question); err != nil {
		return nil, unavailable(err)
	}
	ctx, cancel := context.WithTimeout(ctx, reachWait+hearWait)
	defer cancel()
	for {
		waiting, cancel := context.WithTimeout(ctx, hearWait)
		m, err := sub.NextMsgWithContext(waiting)
		cancel()
		switch {
		case errors.Is(err, nats.ErrNoResponders), errors.Is(err, context.DeadlineExceeded) && (len(digests) > 0 || ctx.Err() != nil):
			return digests, nil
		case errors.Is(err, context.DeadlineExceeded):
			continue
		case err != nil:
			return nil, unavailable(err)
		}
		if d := parseDigest(m.Data, s); d != nil {
			digests = append(digests, *d)
		}
	}
}

// parseDigest reads an answer, and returns nil for one that is none.
func parseDigest(data []byte, s summing) *NodeDigest {
	var d NodeDigest
	if err := json.Unmarshal(data, &d); err != nil || uint64(len(d.Sums)) != (s.Upto-s.From)/s.Step+1 {
		return nil
	}
	return &d
}
