package search_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views/search"
	"plainchat/views/viewstest"
)

var messages = flag.Int("messages", 100_000, "how many messages the benchmarks search")

// corpus makes messages half of which are English and half Korean, of words that are as
// unevenly frequent as those of a language.
type corpus struct {
	random          *rand.Rand
	english, korean []string
	zipf            *rand.Zipf
}

const vocabulary = 30_000

func newCorpus() *corpus {
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same for each run
	c := &corpus{random: random, zipf: rand.NewZipf(random, 1.1, 3, vocabulary-1)}
	for range vocabulary {
		c.english = append(c.english, c.word(2+random.IntN(8), 'a', "etaoinshrdlucmfwypvbgkjqxz"))
		c.korean = append(c.korean, c.word(2+random.IntN(4), '가', ""))
	}
	return c
}

// word returns letters from the given ones, or those after base, the first more often.
func (c *corpus) word(size int, base rune, letters string) string {
	var w strings.Builder
	for range size {
		if letters != "" {
			w.WriteByte(letters[int(c.random.ExpFloat64()*6)%len(letters)])
			continue
		}
		const syllables = 11172
		w.WriteRune(base + rune(int(c.random.ExpFloat64()*300)%syllables)) // #nosec G115 -- small
	}
	return w.String()
}

func (c *corpus) text() string {
	words := c.english
	if c.random.IntN(2) == 0 {
		words = c.korean
	}
	text := make([]string, 3+c.random.IntN(12))
	for i := range text {
		text[i] = words[c.zipf.Uint64()]
	}
	return strings.Join(text, " ")
}

// fill appends messages: nine of ten in one room.
func (c *corpus) fill(log *viewstest.Log, n int) {
	for range n {
		room := chat.Room("big")
		if c.random.IntN(10) == 0 {
			room = chat.Room(fmt.Sprintf("room-%d", c.random.IntN(100)))
		}
		log.Append(room, chat.Name(fmt.Sprintf("Person %d", c.random.IntN(500))), chat.Message{Text: c.text()})
	}
}

// BenchmarkBuild tells what it costs to index a message, and what that takes of the disk.
func BenchmarkBuild(b *testing.B) {
	log, c := viewstest.New(), newCorpus()
	c.fill(log, *messages)
	for b.Loop() {
		_, p, path := open(b, log)
		if err := p.Scrub(b.Context()); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/float64(*messages), "disk-B/message")
		p.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N**messages), "µs/message")
}

func BenchmarkFind(b *testing.B) {
	log, c := viewstest.New(), newCorpus()
	c.fill(log, *messages)
	x, _, _ := open(b, log)
	syllable, _, _ := strings.Cut(c.korean[0], c.korean[0][3:])
	for _, q := range []struct {
		name string
		search.Query
	}{
		{"frequent", search.Query{Text: c.english[0]}},
		{"rare", search.Query{Text: c.english[vocabulary-1]}},
		{"none", search.Query{Text: "zzzzzz"}},
		{"two frequent", search.Query{Text: c.english[0] + " " + c.english[1]}},
		{"frequent and rare", search.Query{Text: c.english[0] + " " + c.english[20_000]}},
		{"two that never meet", search.Query{Text: c.english[0] + " " + c.korean[0]}},
		{"phrase", search.Query{Text: `"` + c.english[0] + " " + c.english[1] + `"`}},
		{"Korean", search.Query{Text: c.korean[0]}},
		{"Korean, rare", search.Query{Text: c.korean[vocabulary-1]}},
		{"one syllable", search.Query{Text: syllable}},
		{"one letter*", search.Query{Text: c.english[0][:1] + "*"}},
		{"two letters*", search.Query{Text: c.english[0][:2] + "*"}},
		{"three letters*", search.Query{Text: c.english[500][:3] + "*"}},
		{"in the big room", search.Query{Text: c.english[0], Rooms: []chat.Room{"big"}}},
		{"in a small room", search.Query{Text: c.english[0], Rooms: []chat.Room{"room-7"}}},
		{"of a person", search.Query{Text: c.english[0], From: "Person 7"}},
		{"an old page", search.Query{Text: c.english[0], Before: uint64(*messages / 10)}}, // #nosec G115 -- positive
	} {
		q.Limit = 20
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				find(b, x, q.Query)
			}
		})
	}
}

// BenchmarkDelete tells what it costs to take a message out of the index.
func BenchmarkDelete(b *testing.B) {
	log, c := viewstest.New(), newCorpus()
	c.fill(log, *messages)
	_, p, _ := open(b, log)
	n := 0
	for b.Loop() {
		n++
		log.Append("big", "Ann", chat.Delete{Of: uint64(n*7919%*messages + 1)}) // #nosec G115 -- positive
		viewstest.Settle(b, p)
	}
}
