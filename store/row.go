package store

import (
	"database/sql"
	"encoding/binary"
	"hash/crc32"
	"time"

	"plainchat/chat"
)

// columns are those of a row, in the order of scan.
const columns = "seq, kind, room, user_name, client_id, time, text, crc"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the CRC32C of an event: its numbers as 8 bytes and its strings with
// their length before them, so that no two events are the same bytes.
func checksum(ev chat.Event) uint32 {
	buf := make([]byte, 0, 256)
	buf = binary.LittleEndian.AppendUint64(buf, ev.ID.Seq)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(ev.Time.UnixMilli()))
	for _, s := range []string{string(ev.Kind), string(ev.Room), string(ev.UserName), ev.ClientID, ev.Text} {
		buf = binary.LittleEndian.AppendUint64(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	return crc32.Checksum(buf, castagnoli)
}

// rowValues are an event's columns.
func rowValues(ev chat.Event) []any {
	var clientID any
	if ev.ClientID != "" {
		clientID = ev.ClientID
	}
	return []any{
		int64(ev.ID.Seq), string(ev.Kind), string(ev.Room), string(ev.UserName), clientID, // #nosec G115 -- a position has 63 bits
		ev.Time.UnixMilli(), ev.Text, int64(checksum(ev)),
	}
}

// scan reads the current row. The error is *Damaged if it is not what was
// written.
func scan(rows *sql.Rows, epoch string) (chat.Event, error) {
	var (
		ev       chat.Event
		clientID sql.NullString
		millis   int64
		crc      int64
	)
	ev.ID.Epoch = epoch
	err := rows.Scan(&ev.ID.Seq, &ev.Kind, &ev.Room, &ev.UserName, &clientID, &millis, &ev.Text, &crc)
	switch {
	case err != nil && rows.Err() == nil: // a value of another type than was written
		return chat.Event{ID: ev.ID}, &Damaged{Seq: ev.ID.Seq}
	case err != nil:
		return chat.Event{}, err
	}
	ev.ClientID = clientID.String
	ev.Time = time.UnixMilli(millis).UTC()
	if int64(checksum(ev)) != crc {
		return chat.Event{ID: ev.ID}, &Damaged{Seq: ev.ID.Seq}
	}
	return ev, nil
}
