package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
)

// specimen is a log that is whole.
type specimen struct {
	dir    string
	epoch  string
	events []chat.Event
	// ends has the size of the write-ahead log after each event; for those that are
	// not in it, 0.
	ends []int64
}

var damageRooms = []chat.Room{"tea", "coffee", "water", "milk"}

// newSpecimen makes a log of a few hundred messages: of a server that was closed, or
// that was killed, half of them still in the write-ahead log.
func newSpecimen(t *testing.T, killed bool) *specimen {
	s := &specimen{dir: t.TempDir()}
	dir := t.TempDir()
	log := open(t, dir)
	s.epoch = log.Epoch()
	rng := rand.New(rand.NewPCG(1, 2))
	const count = 240
	for n := range count {
		if n == count/2 {
			if _, err := log.Conn().ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
				t.Fatal(err)
			}
		}
		m := chat.Draft{Room: damageRooms[rng.IntN(len(damageRooms))], From: chat.Person{Name: "me"}, Body: chat.Message{Text: strings.Repeat(fmt.Sprint("text ", n, " "), 1+rng.IntN(20))}}
		if n%9 == 0 {
			m.Body = chat.Message{Text: strings.Repeat(m.Text(), 1+rng.IntN(30))} // beyond a page
		}
		if n%3 == 0 {
			m.Key = fmt.Sprint("id-", n)
		}
		ev, _, err := log.Append(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		s.events = append(s.events, ev)
		size := int64(0)
		if n >= count/2 && killed {
			size = fileSize(t, filepath.Join(dir, "log.db-wal"))
		}
		s.ends = append(s.ends, size)
	}
	if !killed {
		log.Close()
	}
	for _, name := range []string{"log.db", "log.db-wal"} {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			writeFile(t, filepath.Join(s.dir, name), string(content))
		}
	}
	return s
}

func fileSize(t *testing.T, path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// damageCase is a copy of a specimen, spoilt.
type damageCase struct {
	*testing.T
	*specimen
	dir  string
	what string
	// hopeless is whether the page was hit that says where all events are, or the log says
	// that a newer program wrote it.
	hopeless bool
	// fate[n] is whether event n+1 may vanish unnoticed.
	fate []bool
}

// spoil changes one of the files at random.
func (c *damageCase) spoil(rng *rand.Rand) {
	names, err := filepath.Glob(filepath.Join(c.specimen.dir, "log.db*"))
	if err != nil {
		c.Fatal(err)
	}
	name := filepath.Base(names[rng.IntN(len(names))])
	at := rng.IntN(int(fileSize(c.T, filepath.Join(c.specimen.dir, name))))
	if rng.IntN(10) == 0 {
		at = rng.IntN(100) // in the header
	}
	c.change(rng, name, at, rng.IntN(5))
}

// change changes a file of the log at a place, in one of five ways; 0 flips a bit.
func (c *damageCase) change(rng *rand.Rand, name string, at, how int) {
	if err := os.CopyFS(c.dir, os.DirFS(c.specimen.dir)); err != nil {
		c.Fatal(err)
	}
	path := filepath.Join(c.dir, name)
	content, err := os.ReadFile(path)
	if err != nil {
		c.Fatal(err)
	}
	end := at + 1
	switch how {
	case 0:
		c.what = "a flipped bit"
		content[at] ^= 1 << rng.IntN(8)
	case 1:
		c.what = "bytes at random"
		end = min(len(content), at+1+rng.IntN(8192))
		for i := at; i < end; i++ {
			content[i] = byte(rng.Uint32())
		}
	case 2:
		c.what = "zeros"
		end = min(len(content), at+1+rng.IntN(8192))
		clear(content[at:end])
	case 3:
		c.what = "a page from elsewhere"
		at -= at % 4096
		end = min(len(content), at+4096)
		from := rng.IntN(len(content)/4096) * 4096
		copy(content[at:end], content[from:])
	case 4:
		c.what = "an end cut off"
		content, end = content[:at], 1<<62
	}
	c.what = fmt.Sprintf("%s in %s at %d", c.what, name, at)
	writeFile(c.T, path, string(content))
	c.fate = make([]bool, len(c.events))
	if strings.HasSuffix(name, "-wal") {
		c.foresee(int64(at), int64(end))
	} else {
		c.hopeless = at < 2*4096 && end > 4096 || at < 64 && end > 60
	}
}

// foresee tells which events may vanish unnoticed with a part of the write-ahead
// log: those committed from the damage on, if fewer than two ends of transactions are left
// behind it.
func (c *damageCase) foresee(at, end int64) {
	const lastFrame = 24 + 4096 // has the mark in its header
	left := 0
	for _, size := range c.ends {
		if mark := size - lastFrame; size > at && mark < end && mark+24 > at {
			continue
		} else if size > at && end < 1<<62 {
			left++
		}
	}
	for n, size := range c.ends {
		c.fate[n] = left < 2 && size > at
	}
}
