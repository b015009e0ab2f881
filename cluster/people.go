package cluster

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"plainchat/broker"
)

const (
	// snapshotEvery is how often a node tells the others everybody who listens at it, so that what was
	// missed is made up for, and nodeTimeout how long after the last of that it is forgotten.
	snapshotEvery = 3 * time.Second
	nodeTimeout   = 9 * time.Second
	// peopleAtOnce is how many people one message tells of.
	peopleAtOnce = 1000
)

// People brings to the other nodes of a chat who listens at this one, and the other way round. What gets
// lost on the way is made up for by the next snapshot.
type People struct {
	conn    *nats.Conn
	subject string
	id      string // of this start of the node
	logger  interface{ Warn(string, ...any) }

	mu    sync.Mutex
	local Listeners
	nodes map[string]*node
}

// Listeners are those of this node, and those of others that it is told of; broker.Broker has the
// methods.
type Listeners interface {
	Here() []broker.Whereabouts
	Hear(node string, changes []broker.Whereabouts)
	HearAll(node string, everybody []broker.Whereabouts)
	Lose(node string)
}

// node is another node.
type node struct {
	last     time.Time // when it was heard of
	snapshot uint64    // the number of the one that is coming in
	coming   []broker.Whereabouts
}

// told is a message between nodes.
type told struct {
	Node     string               `json:"node"`
	Snapshot uint64               `json:"snapshot,omitempty"` // the number of a snapshot that this is part of
	Part     int                  `json:"part,omitempty"`     // of it, from 0
	Parts    int                  `json:"parts,omitempty"`
	Gone     bool                 `json:"gone,omitempty"` // the node leaves
	People   []broker.Whereabouts `json:"people"`
}

// People returns what brings who listens where from node to node. It does so once it runs.
func (j *Journal) People() *People {
	return &People{conn: j.conn, subject: j.opts.Stream + ".people", id: nuid.Next(), logger: j.opts.Logger, nodes: make(map[string]*node)}
}

// Tell implements broker.Relay. While there is no connection, nothing is told: the next snapshot
// does.
func (p *People) Tell(changes []broker.Whereabouts) {
	for len(changes) > 0 {
		n := min(len(changes), peopleAtOnce)
		p.publish(told{People: changes[:n]})
		changes = changes[n:]
	}
}

func (p *People) publish(t told) {
	t.Node = p.id
	data, err := json.Marshal(t)
	if err == nil && p.conn.IsConnected() {
		err = p.conn.Publish(p.subject, data)
	}
	if err != nil {
		p.logger.Warn("who is here could not be told to the other nodes", "err", err)
	}
}

// Run brings who listens where from node to node, until ctx ends.
func (p *People) Run(ctx context.Context, local Listeners) error {
	p.mu.Lock()
	p.local = local
	p.mu.Unlock()
	sub, err := p.conn.Subscribe(p.subject, func(m *nats.Msg) { p.hear(m.Data, time.Now()) })
	if err != nil {
		return err
	}
	defer func() {
		_ = sub.Unsubscribe()
		p.publish(told{Gone: true})
	}()
	ticker := time.NewTicker(snapshotEvery)
	defer ticker.Stop()
	for number := uint64(1); ; number++ {
		p.tellAll(number)
		p.loseSilent(time.Now())
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *People) tellAll(number uint64) {
	all := p.local.Here()
	parts := max(1, (len(all)+peopleAtOnce-1)/peopleAtOnce)
	for part := range parts {
		n := min(len(all), peopleAtOnce)
		p.publish(told{Snapshot: number, Part: part, Parts: parts, People: all[:n]})
		all = all[n:]
	}
}

func (p *People) hear(data []byte, now time.Time) {
	var t told
	if err := json.Unmarshal(data, &t); err != nil || t.Node == p.id || t.Node == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.nodes[t.Node]
	if n == nil {
		n = new(node)
		p.nodes[t.Node] = n
	}
	n.last = now
	switch {
	case t.Gone:
		p.lose(t.Node)
	case t.Snapshot != 0:
		p.hearPart(n, t)
	default:
		p.local.Hear(t.Node, t.People)
	}
}

// hearPart gathers the parts of a snapshot; one of which a part is missing is left out.
func (p *People) hearPart(n *node, t told) {
	if t.Part == 0 {
		n.snapshot, n.coming = t.Snapshot, nil
	}
	if t.Snapshot != n.snapshot || len(n.coming) != t.Part*peopleAtOnce {
		return
	}
	n.coming = append(n.coming, t.People...)
	if t.Part == t.Parts-1 {
		p.local.HearAll(t.Node, n.coming)
		n.coming = nil
	}
}

// loseSilent forgets the nodes that have not been heard of for a while.
func (p *People) loseSilent(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, n := range p.nodes {
		if now.Sub(n.last) > nodeTimeout {
			p.lose(id)
		}
	}
}

func (p *People) lose(id string) {
	delete(p.nodes, id)
	p.local.Lose(id)
}
