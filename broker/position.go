package broker

import (
	"context"
	"encoding/json"
	"strings"
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
	Position chat.ID   `json:"position"` // the stream goes on after this
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

// publishTimeout is how long the pump may take to publish what the log already
// has. It takes a moment, unless the log cannot be read.
const publishTimeout = 5 * time.Second

// resolve turns what a client gave as its position into the event to start
// after: an id, "all", a duration back from now, a time, or nothing for now. If
// it cannot be honoured, the start is now and the reason is not empty.
func (h *hub) resolve(ctx context.Context, since string) (uint64, gapReason, error) {
	first, last, err := h.log.Bounds(ctx)
	if err != nil {
		return 0, "", err
	}
	seq, reason := last, gapReason("")
	if since != "" {
		if seq, reason, err = h.locate(ctx, since, first, last); err != nil {
			return 0, "", err
		}
	}
	if reason != "" {
		seq = last
	}
	// What was acknowledged before the stream was opened is not after its start,
	// even if the pump has yet to publish it.
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	return seq, reason, h.tape.await(ctx, seq)
}

// locate is resolve within a log of the given bounds.
func (h *hub) locate(ctx context.Context, since string, first, last uint64) (uint64, gapReason, error) {
	if since == "all" {
		return first - 1, "", nil
	}
	if t, ok := parseTime(since); ok {
		seq, err := h.log.Since(ctx, t)
		return seq, "", err
	}
	id, err := chat.ParseID(since)
	switch {
	case err != nil:
		return 0, gapMalformed, nil
	case id.Epoch != h.log.Epoch():
		return 0, gapEpoch, nil
	case id.Seq > last:
		return 0, gapFuture, nil
	}
	return id.Seq, "", nil
}

// ValidSince reports whether a position has a form that a stream can begin with.
func ValidSince(s string) bool {
	_, err := chat.ParseID(s)
	_, isTime := parseTime(s)
	return s == "" || s == "all" || isTime || err == nil
}

// parseTime reads a time (RFC 3339) or a duration before now ("10m").
func parseTime(s string) (time.Time, bool) {
	if d, err := chat.ParseDuration(s); err == nil && d >= 0 {
		return time.Now().Add(-d), true
	}
	// In a query, the plus of an offset like +09:00 arrives as a space unless it
	// was escaped, and few escape it.
	t, err := time.Parse(time.RFC3339, strings.ReplaceAll(s, " ", "+"))
	return t, err == nil
}
