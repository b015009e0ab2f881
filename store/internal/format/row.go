// Package format is what a log is on disk: its folder, its schema and its rows.
package format

import (
	"cmp"
	"database/sql"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"time"

	"plainchat/chat"
)

// Columns are those of a row, in the order of scan.
const Columns = "seq, kind, room, user_name, actor, client_id, target, time, body, crc"

// ColumnsOf returns what stands for the columns in a log that so many migrations have made.
func ColumnsOf(version int) string {
	if version < 2 {
		return "seq, kind, room, user_name, NULL, client_id, NULL, time, text, crc"
	}
	return Columns
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the CRC32C of an event: its numbers as 8 bytes and its strings with
// their length before them, so that no two events are the same bytes. The person is part of
// it only where there is one, as there was none in the first logs.
func Checksum(ev chat.Event, body string) uint32 {
	buf := make([]byte, 0, 512)
	buf = binary.LittleEndian.AppendUint64(buf, ev.ID.Seq)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(ev.Time.UnixMilli()))
	for _, s := range []string{ev.Kind().Name, string(ev.Room), string(ev.From.Name), ev.Key, body} {
		buf = appendCounted(buf, s)
	}
	if ev.From.ID != "" {
		buf = appendCounted(buf, string(ev.From.ID))
	}
	return crc32.Checksum(buf, castagnoli)
}

func appendCounted(dst []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(dst, uint64(len(s))), s...)
}

// Encode returns the form that a body has in its column.
func Encode(body chat.Body) string {
	if m, ok := body.(chat.Message); ok && m.ReplyTo == 0 {
		return m.Text // as Append would copy it
	}
	return string(body.Append(nil))
}

// Values are an event's columns. The made key, if there is one, stands for the one that it lacks.
func Values(ev chat.Event, made string) []any {
	var actor, key, target any
	if ev.From.ID != "" {
		actor = string(ev.From.ID)
	}
	if has := cmp.Or(ev.Key, made); has != "" {
		key = has
	}
	if seq := ev.Body.Target(); seq != 0 {
		target = int64(seq) // #nosec G115 -- a position has 63 bits
	}
	body := Encode(ev.Body)
	return []any{
		int64(ev.ID.Seq), ev.Kind().Name, string(ev.Room), string(ev.From.Name), actor, key, target, // #nosec G115 -- a position has 63 bits
		ev.Time.UnixMilli(), body, int64(Checksum(ev, body)),
	}
}

// Scan reads the current row. The error is *Damaged if it is not what was
// written.
func Scan(rows *sql.Rows, epoch string) (chat.Event, error) {
	ev, _, err := ScanRow(rows, epoch)
	return ev, err
}

// ScanRow is Scan, and returns the row's key too: that of the event, or the one that was made for it.
func ScanRow(rows *sql.Rows, epoch string) (ev chat.Event, rowKey string, err error) {
	var (
		kind, body            string
		actor, key            sql.NullString
		target, millis, check sql.NullInt64
	)
	ev.ID.Epoch = epoch
	err = rows.Scan(&ev.ID.Seq, &kind, &ev.Room, &ev.From.Name, &actor, &key, &target, &millis, &body, &check)
	switch {
	case err != nil && rows.Err() == nil: // a value of another type than was written
		return chat.Event{ID: ev.ID}, "", &Damaged{Seq: ev.ID.Seq}
	case err != nil:
		return chat.Event{}, "", err
	}
	ev.From.ID, ev.Key = chat.PersonID(actor.String), SendersKey(key.String)
	ev.Time = time.UnixMilli(millis.Int64).UTC()
	if ev.Body = Decode(kind, body); ev.Body == nil || int64(Checksum(ev, body)) != check.Int64 || ev.Body.Target() != uint64(target.Int64) { // #nosec G115 -- as it was stored
		return chat.Event{ID: ev.ID}, "", &Damaged{Seq: ev.ID.Seq}
	}
	return ev, key.String, nil
}

// madeMark begins the keys that a log makes for events without one, where another could give it the
// same event twice. No sender's key has it, and it is no part of the event.
const madeMark = "\x01"

// MadeKey returns such a key.
func MadeKey(id string) string { return madeMark + id }

// SendersKey returns a key, or nothing for one that was made.
func SendersKey(key string) string {
	if strings.HasPrefix(key, madeMark) {
		return ""
	}
	return key
}

// Decode returns the body of a column, or nil if it is none of the kind.
func Decode(kind, column string) chat.Body {
	k := chat.KindOf(kind)
	if k == nil {
		return nil
	}
	if column == "" {
		return chat.Erased{Was: k}
	}
	body, err := k.Decode(column)
	if err != nil {
		return nil
	}
	return body
}

// IsErased reports whether an event has lost its body.
func IsErased(ev chat.Event) bool {
	_, erased := ev.Body.(chat.Erased)
	return erased
}

// MaxPosition is the largest position there can be.
const MaxPosition = 1<<63 - 1
