package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"plainchat/store"
)

// Headers of an atomic batch.
const (
	batchID       = "Nats-Batch-Id"
	batchSequence = "Nats-Batch-Sequence"
	batchCommit   = "Nats-Batch-Commit"
)

// Publish implements store.Journal, with an atomic batch where there is more than one record. Without an
// id of the message: a second copy is for the logs to find.
func (j *Journal) Publish(ctx context.Context, batch []store.Record) (last uint64, err error) {
	if err := j.link.await(ctx); err != nil {
		return 0, err
	}
	last, err = j.publish(ctx, j.messages(batch))
	j.goElsewhere(err)
	return last, err
}

// goElsewhere connects to another server if the leader has not been heard of for too long; err is what came of a
// request to it.
func (j *Journal) goElsewhere(err error) {
	if j.link.decided(err) {
		j.opts.Logger.Warn("no leader of the stream is heard of; trying another NATS server", "server", j.conn.ConnectedServerName(), "err", err)
		_ = j.conn.ForceReconnect() // fails once it is closed
	}
}

func (j *Journal) publish(ctx context.Context, messages []*nats.Msg) (last uint64, err error) {
	for _, m := range messages[:len(messages)-1] {
		if err := j.conn.PublishMsg(m); err != nil {
			return 0, notTaken(err) // without its end the batch comes to nothing
		}
	}
	ctx, cancel := j.link.request(ctx)
	defer cancel()
	reply, err := j.conn.RequestMsgWithContext(ctx, messages[len(messages)-1])
	if err != nil {
		return 0, uncertain(err)
	}
	return acked(reply.Data, len(messages))
}

func (j *Journal) messages(batch []store.Record) []*nats.Msg {
	id := nuid.Next()
	messages := make([]*nats.Msg, len(batch))
	for i, r := range batch {
		m := nats.NewMsg(j.subjectOf(r))
		m.Data = r.Append(nil)
		if len(batch) > 1 {
			m.Header.Set(batchID, id)
			m.Header.Set(batchSequence, strconv.Itoa(i+1))
		}
		messages[i] = m
	}
	if len(batch) > 1 {
		messages[len(batch)-1].Header.Set(batchCommit, "1")
	}
	return messages
}

// ack is the answer to what was published.
type ack struct {
	Seq   uint64 `json:"seq"`
	Count int    `json:"count"`
	Error *struct {
		Code        int    `json:"code"`
		ErrorCode   int    `json:"err_code"`
		Description string `json:"description"`
	} `json:"error"`
}

// What JetStream refuses a message with.
const (
	codeMaxBytes  = 10077
	codeNoSpace   = 10047
	codeStoreFail = 10023
)

func acked(data []byte, records int) (last uint64, err error) {
	var a ack
	if err := json.Unmarshal(data, &a); err != nil {
		return 0, fmt.Errorf("%w: %w", store.ErrUncertain, err)
	}
	switch {
	case a.Error == nil && a.Seq > 0 && (records == 1 || a.Count == records):
		return a.Seq, nil
	case a.Error == nil:
		return 0, fmt.Errorf("%w: %q", store.ErrUncertain, data)
	case a.Error.ErrorCode == codeMaxBytes, a.Error.ErrorCode == codeNoSpace, a.Error.ErrorCode == codeStoreFail:
		return 0, fmt.Errorf("%w: %s", store.ErrFull, a.Error.Description)
	}
	return 0, fmt.Errorf("%w: %s", store.ErrUncertain, a.Error.Description) // such as too many pending: it is tried again
}

// uncertain gives a failed request its meaning: nobody answered, and it may have been stored.
func uncertain(err error) error {
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrReconnectBufExceeded) || errors.Is(err, nats.ErrConnectionReconnecting) || errors.Is(err, nats.ErrConnectionClosed) {
		return notTaken(err)
	}
	return fmt.Errorf("%w: %w", store.ErrUncertain, err)
}

// notTaken is what was certainly not stored, and can be sent again.
func notTaken(err error) error {
	if errors.Is(err, nats.ErrConnectionClosed) {
		return unavailable(err)
	}
	return fmt.Errorf("%w: %w", store.ErrNoLeader, err)
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", store.ErrUnavailable, err) }
