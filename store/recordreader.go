package store

import (
	"encoding/binary"
	"math"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// recordReader reads a record from its beginning to its end, or fails.
type recordReader struct {
	rest   []byte
	failed bool
}

func (in *recordReader) flags() uint64 {
	flags, size := binary.Uvarint(in.rest)
	if size <= 0 || flags > allFlags {
		in.failed = true
		return 0
	}
	in.rest = in.rest[size:]
	return flags
}

// draft reads one; one that is settled may have lost its body.
func (in *recordReader) draft(settled bool) chat.Draft {
	kind, room, name, actor, key, body := in.text(), in.text(), in.text(), in.text(), in.text(), in.text()
	d := chat.Draft{Room: chat.Room(room), From: chat.Person{ID: chat.PersonID(actor), Name: chat.Name(name)}, Key: key}
	d.Body = format.Decode(kind, body)
	if d.Body == nil || body == "" && !settled {
		in.failed = true
	}
	return d
}

func (in *recordReader) tombstone() *Tombstone {
	at := time.UnixMilli(in.number()).UTC()
	kind, name, actor, key, room := in.text(), in.text(), in.text(), in.text(), in.text()
	t := &Tombstone{
		Kind: chat.KindOf(kind), From: chat.Person{ID: chat.PersonID(actor), Name: chat.Name(name)}, Time: at, Key: key, Room: chat.Room(room),
	}
	if t.Kind == nil {
		in.failed = true
	}
	return t
}

// past reads to the end of the record.
func (in *recordReader) past() *Past {
	p := &Past{Upto: in.position()}
	for len(in.rest) > 0 && !in.failed {
		seq, at := in.position(), time.UnixMilli(in.number()).UTC()
		d := in.draft(true)
		p.Events = append(p.Events, chat.Event{ID: chat.ID{Seq: seq}, Time: at, Room: d.Room, From: d.From, Key: d.Key, Body: d.Body})
	}
	return p
}

func (in *recordReader) take(n int) []byte {
	if in.failed || n > len(in.rest) {
		in.failed = true
		return make([]byte, min(n, 1))
	}
	taken := in.rest[:n]
	in.rest = in.rest[n:]
	return taken
}

func (in *recordReader) number() int64 {
	n, size := binary.Varint(in.rest)
	if size <= 0 {
		in.failed = true
		return 0
	}
	in.rest = in.rest[size:]
	return n
}

func (in *recordReader) position() uint64 {
	n, size := binary.Uvarint(in.rest)
	if size <= 0 || n > math.MaxInt64 || n == 0 {
		in.failed = true
		return 0
	}
	in.rest = in.rest[size:]
	return n
}

func (in *recordReader) text() string {
	n, size := binary.Uvarint(in.rest)
	if size <= 0 || n > uint64(len(in.rest)-size) { // #nosec G115 -- no more than there is was read
		in.failed = true
		return ""
	}
	in.rest = in.rest[size:]
	return string(in.take(int(n))) // #nosec G115 -- no more than there is
}
