package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// maxErasures is how many erased places are listed: the leader tells each of them, in 7 bytes.
	maxErasures = 1_000_000
	// erasuresFresh is how long after what was erased was asked for it is not asked for again, unless something were
	// missing otherwise.
	erasuresFresh = 5 * time.Second
	// probes is how many times some server is asked how much it has. All but one in 6,561 sets of
	// answers come from more than one of three servers.
	probes = 8
)

// erasures are the places that the leader says were erased. A server that has lost something takes
// that for erased too.
type erasures struct {
	asked  time.Time
	spans  []span // in order
	listed bool   // there may be too many to list them
	// trusted is that all servers are there, that none has more than the leader, and that this knows of nothing that it
	// has lost.
	trusted bool
	lossy   bool // there is only one server, which has lost something
}

// unexplained returns the parts of spans that were not erased, as far as this can be trusted.
func (e *erasures) unexplained(spans []span) []span {
	if e == nil || !e.trusted || !e.listed || len(spans) == 0 {
		return spans
	}
	return e.unlisted(spans)
}

// unlisted returns the parts of spans that are not listed.
func (e *erasures) unlisted(spans []span) []span {
	i, _ := slices.BinarySearchFunc(e.spans, spans[0].From, func(s span, from uint64) int { return cmp.Compare(s.Upto, from) })
	return outside(spans, e.spans[i:])
}

// info is the part that matters of what the leader says of the stream.
type info struct {
	State struct {
		Messages   uint64   `json:"messages"`
		First      uint64   `json:"first_seq"`
		Last       uint64   `json:"last_seq"`
		NumDeleted int      `json:"num_deleted"`
		Deleted    []uint64 `json:"deleted"`
		Lost       *struct {
			Bytes uint64 `json:"bytes"`
		} `json:"lost"`
	} `json:"state"`
	Cluster struct {
		Replicas []struct {
			Current bool `json:"current"`
		} `json:"replicas"`
	} `json:"cluster"`
	Error *struct {
		Description string `json:"description"`
	} `json:"error"`
}

// isComplete reports whether all servers have what the leader has.
func (i info) isComplete() bool {
	for _, r := range i.Cluster.Replicas {
		if !r.Current {
			return false
		}
	}
	return true
}

func (j *Journal) info(ctx context.Context, details bool) (i info, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*attempt)
	defer cancel()
	request, err := json.Marshal(map[string]any{"deleted_details": details})
	if err != nil {
		return i, err
	}
	reply, err := j.conn.RequestWithContext(ctx, "$JS.API.STREAM.INFO."+j.opts.Stream, request)
	if err != nil {
		return i, unavailable(err)
	}
	if err := json.Unmarshal(reply.Data, &i); err != nil {
		return i, unavailable(err)
	}
	if i.Error != nil {
		return i, unavailable(refusal(i.Error.Description))
	}
	return i, nil
}

// refusal is what a server says when it does not do something.
type refusal string

func (r refusal) Error() string { return "cluster: " + string(r) }

// askErasures asks the leader what was erased, and the other servers how much they have.
func (j *Journal) askErasures(ctx context.Context) (*erasures, error) {
	most, err := j.mostMessages(ctx)
	if err != nil {
		return nil, err
	}
	leader, err := j.info(ctx, false)
	if err != nil {
		return nil, err
	}
	e := &erasures{asked: time.Now(), listed: leader.State.NumDeleted <= maxErasures}
	if e.listed {
		if leader, err = j.info(ctx, true); err != nil {
			return nil, err
		}
		e.spans = joined(leader.State.Deleted)
		if first := leader.State.First; first > 1 { // what stood before is gone too
			e.spans = append([]span{{1, first - 1}}, e.spans...)
		}
	}
	lost := leader.State.Lost != nil && leader.State.Lost.Bytes > 0
	e.trusted = !lost && leader.State.Messages >= most && leader.isComplete()
	e.lossy = lost && j.opts.Replicas == 1 // of three, one may have been given what it had lost
	return e, nil
}

// mostMessages returns the largest number of messages that some server says it has.
func (j *Journal) mostMessages(ctx context.Context) (most uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	inbox := j.conn.NewInbox()
	sub, err := j.conn.SubscribeSync(inbox + ".*")
	if err != nil {
		return 0, unavailable(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	for i := range probes {
		if err := j.conn.PublishRequest("$JS.API.DIRECT.GET."+j.opts.Stream, inbox+"."+strconv.Itoa(i), []byte(`{"seq":1,"batch":1}`)); err != nil {
			return 0, unavailable(err)
		}
	}
	for ended := 0; ended < probes; {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil { // a server may be frozen: those that have answered must do
			return most, nil
		}
		if m.Header.Get("Status") != "" {
			ended++
			continue
		}
		most = max(most, pending(m)+1)
	}
	return most, nil
}

// pending returns how many messages a server has after one.
func pending(m *nats.Msg) uint64 {
	n, err := strconv.ParseUint(m.Header.Get("Nats-Num-Pending"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
