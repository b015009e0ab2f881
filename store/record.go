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
	// Past is, with Void, what a log that was moved into the journal had from before its beginning; or nil.
	Past *Past
	// End is, with Void, that nothing after it becomes an event: the log was moved away.
	End bool
	// Settled is that the draft is an event of a log that was moved into the journal. It is taken in as
	// it stood there: with the room and the key of its row, and erased if it was.
	Settled bool
}

// Kept reports whether retention passes the record without removing it.
func (r Record) Kept() bool {
	if r.Void {
		return r.End || r.Past != nil || r.Expired != 0
	}
	return r.Draft.Body.Kind().Class != chat.Content
}

// Past is what retention leaves of the time before it: events, with the rooms and the keys of their
// rows, and up to where it has removed the others. It is one record or more; the last of them has the
// place that it is up to.
type Past struct {
	Upto   uint64
	Events []chat.Event
}

// Tombstone is what a log keeps of a message that is erased: who, when, and the key that is taken.
type Tombstone struct {
	Kind *chat.Kind
	From chat.Person
	Time time.Time
	Key  string    // as it stands in the log, where events without one have one that was made
	Room chat.Room // as it stands in the log, if that is another name of the room of the deletion
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
	flagPast
	flagEnd
	flagSettled

	allFlags = flagSettled<<1 - 1
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
	dst = append(dst, recordVersion, 0, 0, 0, 0)
	dst = binary.AppendUvarint(dst, r.flags())
	dst = append(dst, r.ID[:]...)
	if !r.Time.IsZero() {
		dst = binary.AppendVarint(dst, r.Time.UnixMilli())
	}
	if !r.Void {
		dst = appendDraft(dst, r.Draft)
	}
	if r.Expired != 0 {
		dst = binary.AppendUvarint(dst, r.Expired)
	}
	if r.Draft.Unseen != 0 {
		dst = binary.AppendUvarint(dst, r.Draft.Unseen)
	}
	if t := r.Target; t != nil {
		dst = binary.AppendVarint(dst, t.Time.UnixMilli())
		dst = appendTexts(dst, t.Kind.Name, string(t.From.Name), string(t.From.ID), t.Key, string(t.Room))
	}
	if r.Past != nil {
		dst = r.Past.append(dst)
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

func appendDraft(dst []byte, d chat.Draft) []byte {
	return appendTexts(dst, d.Body.Kind().Name, string(d.Room), string(d.From.Name), string(d.From.ID), d.Key, format.Encode(d.Body))
}

func (p *Past) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, p.Upto)
	for _, ev := range p.Events {
		dst = binary.AppendUvarint(dst, ev.ID.Seq)
		dst = binary.AppendVarint(dst, ev.Time.UnixMilli())
		dst = appendDraft(dst, chat.Draft{Room: ev.Room, From: ev.From, Key: ev.Key, Body: ev.Body})
	}
	return dst
}

func appendTexts(dst []byte, texts ...string) []byte {
	for _, s := range texts {
		dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	}
	return dst
}

func (r Record) flags() (flags uint64) {
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
	if r.Past != nil {
		flags |= flagPast
	}
	if r.End {
		flags |= flagEnd
	}
	if r.Settled {
		flags |= flagSettled
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
	flags := in.flags()
	var r Record
	copy(r.ID[:], in.take(len(r.ID)))
	if in.failed {
		return Record{}, ErrNewer
	}
	if flags&flagTimed != 0 {
		r.Time = time.UnixMilli(in.number()).UTC()
	}
	if r.Void = flags&flagVoid != 0; !r.Void {
		r.Settled = flags&flagSettled != 0
		r.Draft = in.draft(r.Settled)
		r.Claim, r.Draft.Claims = flags&flagClaim != 0, flags&flagClaims != 0
	}
	if flags&flagExpired != 0 {
		r.Expired = in.position()
	}
	if flags&flagUnseen != 0 {
		r.Draft.Unseen = in.position()
	}
	if flags&flagTarget != 0 {
		r.Target = in.tombstone()
	}
	if r.Void {
		r.End = flags&flagEnd != 0
	}
	if r.Void && flags&flagPast != 0 {
		r.Past = in.past()
	}
	if in.failed || len(in.rest) > 0 {
		return Record{}, ErrNewer
	}
	return r, nil
}
