package broker

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// gapReason is why a stream cannot begin where its client asked.
type gapReason string

const (
	gapEpoch     gapReason = "epoch"
	gapExpired   gapReason = "expired"
	gapFuture    gapReason = "future"
	gapMalformed gapReason = "malformed"
)

var gapDetails = map[gapReason]string{
	gapEpoch:     "The id is from another log, so what was missed cannot be told; the history holds what there is. The stream continues from now.",
	gapExpired:   "Some messages after the id are no longer kept. The stream continues with the oldest that are.",
	gapFuture:    "The id is newer than the log, which was perhaps restored from a backup; the history holds what there is. The stream continues from now.",
	gapMalformed: "The position is not an id, \"all\", a duration such as 10m, or a time such as 2026-01-31T09:00:00Z. The stream continues from now.",
}

// gapJSON is the data of a gap event.
type gapJSON struct {
	Reason   gapReason `json:"reason"`
	Detail   string    `json:"detail"`   // a sentence for a person
	Position chat.ID   `json:"position"` // the stream continues after this
	History  []string  `json:"history"`  // where to read what is left, for each room
}

// appendGap writes a gap event. It carries its position as its id, so that a
// client cut off right after it resumes there.
func appendGap(dst []byte, reason gapReason, position chat.ID, rooms []chat.Room) []byte {
	gap := gapJSON{Reason: reason, Detail: gapDetails[reason], Position: position}
	for _, room := range rooms {
		gap.History = append(gap.History, room.Path()+"/messages")
	}
	return appendFrame(dst, position.String(), eventGap, mustJSON(gap))
}

// mustJSON encodes one of this package's own types, all of which have a JSON form.
func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

const (
	// publishTimeout is how long a stream waits for what it is to begin after to be published by the pump,
	// which takes a moment unless the log cannot be read.
	publishTimeout = 5 * time.Second
	// catchUpTimeout is how long it waits for a log that follows another to have what its client knows of. Then the
	// client is to come back: a proxy would not wait for much longer, and may know another node.
	catchUpTimeout = 10 * time.Second
)

// errBehind is the end of a stream for which the log has not what its client knows of, and may get it.
var errBehind = errors.New("the node has not caught up")

// resolve turns what a client gave as its position into the event to start after. If it cannot
// be honoured, the start is now and the reason is not empty. It may not be known yet: errBehind.
func (h *hub) resolve(ctx context.Context, since chat.Since) (uint64, gapReason, error) {
	reached, err := h.reach(ctx, since)
	if err != nil {
		return 0, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	first, last, err := h.log.Bounds(ctx)
	if err != nil {
		return 0, "", err
	}
	seq, reason, err := h.locate(ctx, since, first, last)
	if err != nil {
		return 0, "", err
	}
	if reason == "" && !reached {
		reason = gapFuture
	}
	if reason != "" {
		seq = last
	}
	// What was acknowledged before the stream was opened is not after its start, even if the
	// pump has yet to publish it. There may be no event at the start, which has passed then
	// with the last one.
	return seq, reason, h.tape.await(ctx, min(seq, last))
}

// reach waits for the event that a client knows of, if it is one of this log, and reports whether there is
// such an event.
func (h *hub) reach(ctx context.Context, since chat.Since) (bool, error) {
	id, isID := since.ID()
	if !isID || id.Epoch != h.log.Epoch() {
		return true, nil
	}
	waiting, cancel := context.WithTimeout(ctx, catchUpTimeout)
	defer cancel()
	reached, err := h.log.Reach(waiting, id.Seq)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.Is(err, store.ErrLagging):
		return false, errBehind
	}
	return reached, err
}

// locate is resolve within a log of the given bounds.
func (h *hub) locate(ctx context.Context, since chat.Since, first, last uint64) (uint64, gapReason, error) {
	if t, ok := since.Time(); ok {
		seq, err := h.log.Since(ctx, t)
		return seq, "", err
	}
	id, isID := since.ID()
	switch {
	case since.IsNow():
		return last, "", nil
	case since.IsAll():
		return first - 1, "", nil
	case !isID:
		return 0, gapMalformed, nil
	case id.Epoch != h.log.Epoch():
		return 0, gapEpoch, nil
	}
	return id.Seq, "", nil
}
