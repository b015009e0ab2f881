package sqlite

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// walOf makes a write-ahead log of so many transactions of one frame each.
func walOf(salt uint64, frames int) []byte {
	wal := make([]byte, walHeaderSize, walHeaderSize+frames*(frameHeaderSize+PageSize))
	binary.BigEndian.PutUint32(wal, 0x377f0682)
	binary.BigEndian.PutUint32(wal[8:], PageSize)
	binary.BigEndian.PutUint64(wal[16:], salt)
	s := walScan{order: binary.LittleEndian}
	sum := s.add([2]uint32{}, wal[:24])
	putSum := func(to []byte) {
		binary.BigEndian.PutUint32(to, sum[0])
		binary.BigEndian.PutUint32(to[4:], sum[1])
	}
	putSum(wal[24:])
	for range frames {
		frame := make([]byte, frameHeaderSize+PageSize)
		binary.BigEndian.PutUint32(frame, 1)     // the page
		binary.BigEndian.PutUint32(frame[4:], 1) // a transaction ends here
		binary.BigEndian.PutUint64(frame[8:], salt)
		sum = s.through(sum, frame)
		putSum(frame[16:])
		wal = append(wal, frame...)
	}
	return wal
}

// What a server writes over the old frames while they are read is no damage.
func TestCheckWALWhileItIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wal")
	if err := os.WriteFile(path, walOf(1, 400), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	written := make(chan error, 1)
	go func() {
		written <- func() error {
			for salt := uint64(2); salt < 40; salt++ {
				wal := walOf(salt, 400)
				if _, err := f.WriteAt(wal[:walHeaderSize], 0); err != nil {
					return err
				}
				for at := walHeaderSize; at < len(wal); at += frameHeaderSize + PageSize {
					if _, err := f.WriteAt(wal[at:at+frameHeaderSize+PageSize], int64(at)); err != nil {
						return err
					}
				}
			}
			return nil
		}()
	}()
	for {
		select {
		case err := <-written:
			if err != nil {
				t.Error(err)
			}
			return
		default:
			if err := CheckWAL(path); err != nil {
				t.Fatal(err, <-written)
			}
		}
	}
}
