package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// RecordID tells a record from all others: what is published twice, since nobody knew what had come
// of the first time, is one record.
type RecordID [12]byte

// NewRecordID returns one that nobody else has.
func NewRecordID() (id RecordID) {
	_, _ = rand.Read(id[:]) // it never fails
	return id
}

// Record is what a Journal orders: a draft on its way to an event.
type Record struct {
	ID    RecordID
	Draft chat.Draft
	// Time is when the event happened, to the millisecond; the zero time means when the record got its place.
	Time time.Time
	// Void records have no draft. They take a place that has no event, or that is another's: the
	// claim of a draft that Claims has the place after it.
	Void bool
}

const recordVersion = 1

const (
	flagVoid = 1 << iota
	flagClaims
	flagTimed
)

// recordHead is the version and the checksum, which is the CRC32C of all that follows it.
const recordHead = 1 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ErrRecord is a record that is damaged, or of a version that this program does not know.
var ErrRecord = errors.New("store: the record is damaged, or written by a newer plainchat")

// Append appends the form that a journal keeps: numbers as unsigned varints, strings with their
// length before them.
func (r Record) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, recordVersion, 0, 0, 0, 0)
	dst = append(dst, r.flags())
	dst = append(dst, r.ID[:]...)
	if !r.Time.IsZero() {
		dst = binary.AppendVarint(dst, r.Time.UnixMilli())
	}
	if !r.Void {
		d := r.Draft
		for _, s := range []string{d.Body.Kind().Name, string(d.Room), string(d.From.Name), string(d.From.ID), d.Key, format.Encode(d.Body)} {
			dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
		}
	}
	sum := crc32.Checksum(dst[start+recordHead:], castagnoli)
	binary.LittleEndian.PutUint32(dst[start+1:], sum)
	return dst
}

func (r Record) flags() (flags byte) {
	if r.Void {
		flags |= flagVoid
	}
	if r.Draft.Claims {
		flags |= flagClaims
	}
	if !r.Time.IsZero() {
		flags |= flagTimed
	}
	return flags
}

// ParseRecord reads what Append has written. Its error is ErrRecord.
func ParseRecord(data []byte) (Record, error) {
	if len(data) <= recordHead || data[0] != recordVersion {
		return Record{}, ErrRecord
	}
	rest := data[recordHead:]
	if binary.LittleEndian.Uint32(data[1:]) != crc32.Checksum(rest, castagnoli) {
		return Record{}, ErrRecord
	}
	in := recordReader{rest: rest}
	flags := in.take(1)
	var r Record
	copy(r.ID[:], in.take(len(r.ID)))
	if in.failed || flags[0] > flagVoid|flagClaims|flagTimed {
		return Record{}, ErrRecord
	}
	if flags[0]&flagTimed != 0 {
		r.Time = time.UnixMilli(in.number()).UTC()
	}
	if r.Void = flags[0]&flagVoid != 0; !r.Void {
		r.Draft = in.draft(flags[0]&flagClaims != 0)
	}
	if in.failed || len(in.rest) > 0 {
		return Record{}, ErrRecord
	}
	return r, nil
}

// recordReader reads a record from its beginning to its end, or fails.
type recordReader struct {
	rest   []byte
	failed bool
}

func (in *recordReader) draft(claims bool) chat.Draft {
	kind, room, name, actor, key, body := in.text(), in.text(), in.text(), in.text(), in.text(), in.text()
	d := chat.Draft{Room: chat.Room(room), From: chat.Person{ID: chat.PersonID(actor), Name: chat.Name(name)}, Key: key, Claims: claims}
	d.Body = format.Decode(kind, body)
	if d.Body == nil || body == "" {
		in.failed = true
	}
	return d
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

func (in *recordReader) text() string {
	n, size := binary.Uvarint(in.rest)
	if size <= 0 || n > uint64(len(in.rest)-size) {
		in.failed = true
		return ""
	}
	in.rest = in.rest[size:]
	return string(in.take(int(n))) // #nosec G115 -- no more than there is
}
