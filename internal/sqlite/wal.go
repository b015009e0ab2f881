package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"plainchat/locale"
)

// WALSuffix names the write-ahead log beside its database.
const WALSuffix = "-wal"

// SHMSuffix names the index of the write-ahead log, which its users share.
const SHMSuffix = "-shm"

// Sizes in a write-ahead log (SQLite database file format, section 4.1). Our
// databases have pages of SQLite's default size.
const (
	walHeaderSize   = 32
	frameHeaderSize = 24
	PageSize        = 4096
)

// DamagedWAL is a write-ahead log with damage before its last transaction.
type DamagedWAL struct {
	header  string
	commits int // transactions before the damage
}

// IsDamage marks it for IsDamage.
func (*DamagedWAL) IsDamage() {}

func (e *DamagedWAL) Error() string { return e.In(locale.English) }

// In tells it in a language.
func (e *DamagedWAL) In(c *locale.Catalogue) string {
	return c.Text("cli.damage.wal", "whole", e.commits)
}

// CheckWAL returns a *DamagedWAL if a transaction that was durable cannot be read
// any more. SQLite itself takes what it finds up to the first frame that is not
// whole, as after a crash, and forgets the rest without a word; positions would be
// given to other events a second time.
//
// A crash can spoil only the transaction that was being written: the one before was
// synced first. So it was none where two transactions end at or after the first frame
// that is not whole. Damage within the very last one cannot be told from a crash.
//
// Transactions whose fsync failed may lie there too, each written over the beginning of
// the one before. The checksum, which runs from frame to frame, does not run from one of
// them to the next, and of each there is one end.
//
// A server that writes meanwhile can be met at a frame half written, and have gone on for
// transactions by the time the rest is read. So damage has to be seen twice: a
// frame with others behind it is whole by the next look, unless all begins anew.
func CheckWAL(path string) error {
	var seen *DamagedWAL
	for {
		header, err := walHeader(path)
		if err != nil || header == nil {
			return err
		}
		damage, err := scanWAL(path, header)
		if err != nil || damage == nil {
			return err
		}
		if seen != nil && *damage == *seen {
			return damage
		}
		seen = damage
	}
}

// walHeader returns the header; nil if there is no write-ahead log.
func walHeader(path string) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- beside the database that the operator names
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	header := make([]byte, walHeaderSize)
	_, err = io.ReadFull(f, header)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil
	}
	return header, err
}

// scanWAL goes through the frames. It returns nil if there is no damage.
func scanWAL(path string, header []byte) (*DamagedWAL, error) {
	f, err := os.Open(path) // #nosec G304 -- as above
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 256<<10)
	if _, err := in.Discard(walHeaderSize); err != nil {
		return nil, err
	}
	s := newWALScan(header)
	for frame := make([]byte, frameHeaderSize+PageSize); ; {
		if _, err := io.ReadFull(in, frame); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			}
			return nil, err
		}
		s.frame(frame)
	}
	if s.damaged {
		return &DamagedWAL{string(header), s.commits}, nil
	}
	return nil, nil
}

// walScan is what the frames so far tell.
type walScan struct {
	order    binary.ByteOrder
	salt     string    // marks the frames since the write-ahead log was begun anew
	unsalted bool      // the header does not tell it: the frames do
	sum      [2]uint32 // up to the last frame, as read
	told     [2]uint32 // the same, as stored in it
	salted   bool      // the last frame was
	broken   bool      // a frame was not whole
	commits  int       // transactions before that
	ends     int       // transactions that end there or later
	damaged  bool
}

func newWALScan(header []byte) *walScan {
	s := &walScan{order: binary.LittleEndian, salt: string(header[16:24])}
	magic := binary.BigEndian.Uint32(header)
	if magic&1 != 0 {
		s.order = binary.BigEndian
	}
	s.sum = s.add(s.sum, header[:24])
	s.told, s.salted = s.sum, true
	s.unsalted = magic&^1 != 0x377f0682 || s.sum != stored(header[24:]) || binary.BigEndian.Uint32(header[8:]) != PageSize
	s.broken = s.unsalted
	return s
}

func (s *walScan) frame(frame []byte) {
	salt := string(frame[8:16])
	if s.unsalted && salt != s.salt {
		s.salt, s.ends = salt, 0
	}
	sum, told := s.through(s.sum, frame), stored(frame[16:24])
	follows := sum == told || s.through(s.told, frame) == told // either may be damaged, of the frame before
	salted := salt == s.salt
	if salted && s.salted && !follows && !s.unsalted {
		s.ends = 0
	}
	s.broken = s.broken || !salted || !follows
	s.sum, s.told, s.salted = sum, told, salted
	if follows {
		s.sum = told
	}
	switch commit := binary.BigEndian.Uint32(frame[4:]) != 0; {
	case commit && !s.broken:
		s.commits++
	case commit && salted:
		s.ends++
		s.damaged = s.damaged || s.ends >= 2
	}
}

// through is the checksum after a frame.
func (s *walScan) through(sum [2]uint32, frame []byte) [2]uint32 {
	return s.add(s.add(sum, frame[:8]), frame[frameHeaderSize:])
}

// add goes on with the checksum, which runs through all frames.
func (s *walScan) add(sum [2]uint32, data []byte) [2]uint32 {
	for ; len(data) >= 8; data = data[8:] {
		sum[0] += s.order.Uint32(data) + sum[1]
		sum[1] += s.order.Uint32(data[4:]) + sum[0]
	}
	return sum
}

func stored(sum []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(sum), binary.BigEndian.Uint32(sum[4:])}
}
