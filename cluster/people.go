package cluster

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"plainchat/broker"
	"plainchat/chat"
)

const (
	// nodeTimeout is how long after it was heard of last a node is forgotten: it tells something every
	// 3 s. silenceCheck is how often that is looked at, and asleep after how long without a look this node itself
	// was silent.
	nodeTimeout  = 9 * time.Second
	silenceCheck = 250 * time.Millisecond
	asleep       = 3 * time.Second
	// peopleAtOnce is how many people one message tells of. With the longest names and rooms that is
	// 450 KB, and a NATS server takes 1 MB unless it is told otherwise.
	peopleAtOnce = 1000
	// typingBacklog is how many messages about who types may wait; others are dropped.
	typingBacklog = 1024
)

// People brings to the other nodes of a chat who listens and types at this one, and the other way round.
// What gets lost on the way is made up for by the next snapshot.
type People struct {
	conn   transport
	stream string
	id     string // of this start of the node
	logger *slog.Logger
	typing chan *nats.Msg
	rooms  map[chat.Room]*nats.Subscription // belongs to whoever calls the broker.Relay

	sending sync.Mutex
	number  uint64 // of the latest message

	mu      sync.Mutex
	local   Listeners
	nodes   map[string]*node
	checked time.Time // when silence was looked for
}

// transport is what People needs of a connection to NATS.
type transport interface {
	IsConnected() bool
	Publish(subject string, data []byte) error
	Subscribe(subject string, cb nats.MsgHandler) (*nats.Subscription, error)
	ChanSubscribe(subject string, ch chan *nats.Msg) (*nats.Subscription, error)
}

// Listeners are those of this node, and those of others that it is told of; broker.Broker has the
// methods. TellAll has a broker.Relay given everybody.
type Listeners interface {
	Hear(node string, changes []broker.Whereabouts)
	HearAll(node string, everybody []broker.Whereabouts)
	HearTyping(room chat.Room, names []chat.Name)
	Lose(node string)
	TellAll()
}

// told is a message between nodes.
type told struct {
	Node   string               `json:"node"`
	Number uint64               `json:"number"`          // counts the messages of this start of the node, from 1
	Part   int                  `json:"part,omitempty"`  // of a snapshot, from 0
	Parts  int                  `json:"parts,omitempty"` // of it; 0 of what is none
	Asks   bool                 `json:"asks,omitempty"`  // the node has just begun, and is to be told everybody
	Gone   bool                 `json:"gone,omitempty"`  // the node leaves
	People []broker.Whereabouts `json:"people,omitempty"`
}

// toldTyping is a message between nodes about who types.
type toldTyping struct {
	Node  string      `json:"node"`
	Room  chat.Room   `json:"room"`
	Names []chat.Name `json:"names"`
}

// People returns what brings who listens where from node to node. It does so once it runs.
func (j *Journal) People() *People { return newPeople(j.conn, j.opts.Stream, j.opts.Logger) }

func newPeople(conn transport, stream string, logger *slog.Logger) *People {
	return &People{
		conn: conn, stream: stream, id: nuid.Next(), logger: logger, typing: make(chan *nats.Msg, typingBacklog),
		rooms: make(map[chat.Room]*nats.Subscription), nodes: make(map[string]*node),
	}
}

// Tell implements broker.Relay. While there is no connection, nothing is told: the next snapshot is.
func (p *People) Tell(changes []broker.Whereabouts) {
	for len(changes) > 0 {
		n := min(len(changes), peopleAtOnce)
		p.tell(told{People: changes[:n]})
		changes = changes[n:]
	}
}

// TellAll implements broker.Relay.
func (p *People) TellAll(all []broker.Whereabouts) {
	parts := max(1, (len(all)+peopleAtOnce-1)/peopleAtOnce)
	for part := range parts {
		n := min(len(all), peopleAtOnce)
		p.tell(told{Part: part, Parts: parts, People: all[:n]})
		all = all[n:]
	}
}

func (p *People) tell(t told) {
	p.sending.Lock()
	defer p.sending.Unlock()
	p.number++
	t.Node, t.Number = p.id, p.number
	p.publish(p.stream+".people", t)
}

// TellTyping implements broker.Relay.
func (p *People) TellTyping(room chat.Room, names []chat.Name) {
	p.publish(p.typingIn(room), toldTyping{p.id, room, names[:min(len(names), peopleAtOnce)]})
}

func (p *People) publish(subject string, message any) {
	if !p.conn.IsConnected() {
		return
	}
	data, err := json.Marshal(message)
	if err == nil {
		err = p.conn.Publish(subject, data)
	}
	if err != nil {
		p.logger.Warn("who is here could not be told to the other nodes", "err", err)
	}
}

func (p *People) typingIn(room chat.Room) string { return p.stream + ".typing." + hashOf(room) }

// Follow implements broker.Relay.
func (p *People) Follow(room chat.Room) {
	sub, err := p.conn.ChanSubscribe(p.typingIn(room), p.typing)
	if err != nil {
		p.logger.Warn("who types at other nodes is not known", "room", room, "err", err)
		return
	}
	p.rooms[room] = sub
}

// Unfollow implements broker.Relay.
func (p *People) Unfollow(room chat.Room) {
	if sub := p.rooms[room]; sub != nil {
		delete(p.rooms, room)
		_ = sub.Unsubscribe() // fails only where the connection is closed
	}
}

// Run brings who listens where from node to node, until ctx ends.
func (p *People) Run(ctx context.Context, local Listeners) error {
	p.mu.Lock()
	p.local = local
	p.mu.Unlock()
	sub, err := p.conn.Subscribe(p.stream+".people", func(m *nats.Msg) { p.hear(m.Data, time.Now()) })
	if err != nil {
		return err
	}
	defer func() {
		_ = sub.Unsubscribe() // fails only where the connection is closed
		p.tell(told{Gone: true})
	}()
	p.tell(told{Asks: true})
	ticker := time.NewTicker(silenceCheck)
	defer ticker.Stop()
	for {
		select {
		case m := <-p.typing:
			p.hearTyping(m.Data)
		case <-ticker.C:
			p.loseSilent(time.Now())
		case <-ctx.Done():
			return nil
		}
	}
}
