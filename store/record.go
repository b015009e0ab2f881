package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
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
	// Target is, with a chat.Delete, what is to be left of its message, for logs that come by when
	// that is erased already.
	Target *Tombstone
	// Claim is that the draft is the claim of the record before, whose place is the one before: it
	// becomes an event if that one did.
	Claim bool
	// Void records have no draft. They take a place, in which nothing happens; or one of these does.
	Void bool
	// Expired is, with Void, the position up to which retention has passed the order, or 0.
	Expired uint64
}

// Kept reports whether retention passes the record without removing it.
func (r Record) Kept() bool { return !r.Void && r.Draft.Body.Kind().Class != chat.Content }

// Tombstone is what a log keeps of a message that is erased: who, when, and the key that is taken.
type Tombstone struct {
	Kind *chat.Kind
	From chat.Person
	Time time.Time
	Key  string // as it stands in the log, where events without one have one that was made
}

const recordVersion = 1

const (
	flagVoid = 1 << iota
	flagClaim
	flagClaims
	flagTimed
	flagTarget
	flagExpired
	flagUnseen

	allFlags = flagVoid | flagClaim | flagClaims | flagTimed | flagTarget | flagExpired | flagUnseen
)

// recordHead is the version and the checksum, which is the CRC32C of the version and of all that
// follows.
const recordHead = 1 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	// ErrRecord is a record that is damaged.
	ErrRecord = errors.New("store: the record is damaged")
	// ErrNewer is a record that is intact, and says what this program does not know. Nothing after it can
	// be taken in before this program is replaced.
	ErrNewer = errors.New("store: the record was written by a newer plainchat: update this one")
)

// Append appends the form that a journal keeps: numbers as unsigned varints, strings with their
// length before them.
func (r Record) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, recordVersion, 0, 0, 0, 0, r.flags())
	dst = append(dst, r.ID[:]...)
	if !r.Time.IsZero() {
		dst = binary.AppendVarint(dst, r.Time.UnixMilli())
	}
	if !r.Void {
		d := r.Draft
		dst = appendTexts(dst, d.Body.Kind().Name, string(d.Room), string(d.From.Name), string(d.From.ID), d.Key, format.Encode(d.Body))
	}
	if r.Expired != 0 {
		dst = binary.AppendUvarint(dst, r.Expired)
	}
	if r.Draft.Unseen != 0 {
		dst = binary.AppendUvarint(dst, r.Draft.Unseen)
	}
	if t := r.Target; t != nil {
		dst = binary.AppendVarint(dst, t.Time.UnixMilli())
		dst = appendTexts(dst, t.Kind.Name, string(t.From.Name), string(t.From.ID), t.Key)
	}
	sealRecord(dst[start:])
	return dst
}

// sealRecord writes the checksum of a record.
func sealRecord(data []byte) []byte {
	binary.LittleEndian.PutUint32(data[1:], recordChecksum(data))
	return data
}

func recordChecksum(data []byte) uint32 {
	return crc32.Update(crc32.Checksum(data[:1], castagnoli), castagnoli, data[recordHead:])
}

func appendTexts(dst []byte, texts ...string) []byte {
	for _, s := range texts {
		dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	}
	return dst
}

func (r Record) flags() (flags byte) {
	if r.Void {
		flags |= flagVoid
	}
	if r.Claim {
		flags |= flagClaim
	}
	if r.Draft.Claims {
		flags |= flagClaims
	}
	if !r.Time.IsZero() {
		flags |= flagTimed
	}
	if r.Target != nil {
		flags |= flagTarget
	}
	if r.Expired != 0 {
		flags |= flagExpired
	}
	if r.Draft.Unseen != 0 {
		flags |= flagUnseen
	}
	return flags
}

// ParseRecord reads what Append has written. Its errors are ErrRecord and ErrNewer.
func ParseRecord(data []byte) (Record, error) {
	if len(data) <= recordHead || binary.LittleEndian.Uint32(data[1:]) != recordChecksum(data) {
		return Record{}, ErrRecord
	}
	if data[0] != recordVersion {
		return Record{}, ErrNewer
	}
	in := recordReader{rest: data[recordHead:]}
	flags := in.take(1)
	var r Record
	copy(r.ID[:], in.take(len(r.ID)))
	if in.failed || flags[0] > allFlags {
		return Record{}, ErrNewer
	}
	if flags[0]&flagTimed != 0 {
		r.Time = time.UnixMilli(in.number()).UTC()
	}
	if r.Void = flags[0]&flagVoid != 0; !r.Void {
		r.Draft = in.draft()
		r.Claim, r.Draft.Claims = flags[0]&flagClaim != 0, flags[0]&flagClaims != 0
	}
	if flags[0]&flagExpired != 0 {
		r.Expired = in.position()
	}
	if flags[0]&flagUnseen != 0 {
		r.Draft.Unseen = in.position()
	}
	if flags[0]&flagTarget != 0 {
		r.Target = in.tombstone()
	}
	if in.failed || len(in.rest) > 0 {
		return Record{}, ErrNewer
	}
	return r, nil
}

// recordReader reads a record from its beginning to its end, or fails.
type recordReader struct {
	rest   []byte
	failed bool
}

func (in *recordReader) draft() chat.Draft {
	kind, room, name, actor, key, body := in.text(), in.text(), in.text(), in.text(), in.text(), in.text()
	d := chat.Draft{Room: chat.Room(room), From: chat.Person{ID: chat.PersonID(actor), Name: chat.Name(name)}, Key: key}
	d.Body = format.Decode(kind, body)
	if d.Body == nil || body == "" {
		in.failed = true
	}
	return d
}

func (in *recordReader) tombstone() *Tombstone {
	at := time.UnixMilli(in.number()).UTC()
	kind, name, actor, key := in.text(), in.text(), in.text(), in.text()
	t := &Tombstone{Kind: chat.KindOf(kind), From: chat.Person{ID: chat.PersonID(actor), Name: chat.Name(name)}, Time: at, Key: key}
	if t.Kind == nil {
		in.failed = true
	}
	return t
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
	if size <= 0 || n > uint64(len(in.rest)-size) {
		in.failed = true
		return ""
	}
	in.rest = in.rest[size:]
	return string(in.take(int(n))) // #nosec G115 -- no more than there is
}
