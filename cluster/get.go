package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"plainchat/store"
)

// batch asks one of the servers for what stands at a place and after it; which one is left to chance. Of
// what a server has lost, and of a record that is damaged, it tells nothing.
func (j *Journal) batch(ctx context.Context, seq uint64) (entries []store.Entry, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*attempt)
	defer cancel()
	request, err := json.Marshal(map[string]any{"seq": seq, "batch": fetchAtOnce, "max_bytes": fetchBytes})
	if err != nil {
		return nil, err
	}
	inbox := j.conn.NewInbox()
	sub, err := j.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, unavailable(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := j.conn.PublishRequest("$JS.API.DIRECT.GET."+j.opts.Stream, inbox, request); err != nil {
		return nil, unavailable(err)
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, unavailable(err)
		}
		switch status := m.Header.Get("Status"); status {
		case "204", "404":
			return entries, nil
		case "":
		default:
			return nil, unavailable(fmt.Errorf("cluster: direct get is answered with %s %s", status, m.Header.Get("Description")))
		}
		if subject := m.Header.Get("Nats-Subject"); !strings.HasPrefix(subject, j.logOf(j.origin.ID)) {
			return nil, fmt.Errorf("%w: something of %q stands in it", store.ErrReplaced, subject)
		}
		e, err := entryOf(m)
		switch {
		case err == nil:
			entries = append(entries, e)
		case errors.Is(err, store.ErrNewer) && len(entries) > 0:
			return entries, nil // up to there
		case !errors.Is(err, store.ErrRecord):
			return nil, err
		}
	}
}

// entryOf reads a message of the stream, as the servers tell of it.
func entryOf(m *nats.Msg) (e store.Entry, err error) {
	if e.Seq, err = strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64); err != nil {
		return e, fmt.Errorf("cluster: %w", err)
	}
	if e.Time, err = time.Parse(time.RFC3339Nano, m.Header.Get("Nats-Time-Stamp")); err != nil {
		return e, fmt.Errorf("cluster: %w", err)
	}
	e.Record, err = store.ParseRecord(m.Data)
	return e, err
}

// errNothing is that nothing stands at a place, or after it.
var errNothing = errors.New("cluster: there is nothing any more")

// next asks the leader for what stands at a place, or next after it.
func (j *Journal) next(ctx context.Context, seq uint64) (store.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	request, err := json.Marshal(map[string]any{"seq": seq, "next_by_subj": j.logOf(j.origin.ID) + ">"})
	if err != nil {
		return store.Entry{}, err
	}
	reply, err := j.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+j.opts.Stream, request)
	if err != nil {
		return store.Entry{}, unavailable(err)
	}
	var got struct {
		Message *struct {
			Seq  uint64    `json:"seq"`
			Data []byte    `json:"data"`
			Time time.Time `json:"time"`
		} `json:"message"`
		Error *jetstream.APIError `json:"error"`
	}
	err = json.Unmarshal(reply.Data, &got)
	switch {
	case err != nil:
		return store.Entry{}, unavailable(err)
	case got.Error != nil && got.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return store.Entry{}, errNothing
	case got.Error != nil:
		return store.Entry{}, unavailable(got.Error)
	case got.Message == nil:
		return store.Entry{}, errNothing
	}
	record, err := store.ParseRecord(got.Message.Data)
	return store.Entry{Seq: got.Message.Seq, Time: got.Message.Time, Record: record}, err
}
