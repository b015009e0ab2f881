package broker

import (
	"context"
	"encoding/json"
	"time"

	"plainchat/chat"
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

// publishTimeout is how long a stream waits for what it is to begin after: for the pump to
// publish what the log already has, which takes a moment unless the log cannot be read; and
// for a log that follows another to have what a client knows of already.
const publishTimeout = 5 * time.Second

// resolve turns what a client gave as its position into the event to start after. If it cannot
// be honoured, the start is now and the reason is not empty.
func (h *hub) resolve(ctx context.Context, since chat.Since) (uint64, gapReason, error) {
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
	if _, last, err = h.log.Bounds(ctx); err != nil { // it may have waited
		return 0, "", err
	}
	if reason != "" {
		seq = last
	}
	// What was acknowledged before the stream was opened is not after its start, even if the
	// pump has yet to publish it. There may be no event at the start, which has passed then
	// with the last one.
	return seq, reason, h.tape.await(ctx, min(seq, last))
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
	reached, err := h.log.Reach(ctx, id.Seq)
	if err == nil && !reached {
		return 0, gapFuture, nil
	}
	return id.Seq, "", err
}
