// Package locale has the sentences that people read, in each language, by the codes that the other
// packages speak in.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

//go:embed *.json usage/*.txt
var files embed.FS

// The catalogues there are.
var (
	English = mustRead("en")
	Korean  = mustRead("ko")
)

// All is every catalogue, the default one first.
var All = []*Catalogue{English, Korean}

// Catalogue is the sentences in one language. Each tells what to do. It may be used concurrently.
type Catalogue struct {
	Lang      string // as in BCP 47
	Usage     string // how to use the server from a terminal; BASE is its address
	sentences map[string]sentence
}

// mustRead reads a catalogue that is part of the program.
func mustRead(lang string) *Catalogue {
	c, err := read(lang)
	if err != nil {
		panic(fmt.Sprintf("locale: %s: %v", lang, err)) // the program was built wrong
	}
	return c
}

func read(lang string) (*Catalogue, error) {
	data, err := files.ReadFile(lang + ".json")
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	usage, err := files.ReadFile("usage/" + lang + ".txt")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{Lang: lang, Usage: string(usage), sentences: make(map[string]sentence, len(all))}
	for key, data := range all {
		if c.sentences[key], err = parseSentence(data); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, nil
}

// Text returns a sentence. The pairs are names and values, for the places {name} in it; where it
// differs by a number, that is n. A place {name:이/가} has the particle after it that fits the
// value. A key that does not exist is returned as it is.
func (c *Catalogue) Text(key string, pairs ...any) string {
	s, ok := c.sentences[key]
	if !ok {
		return key
	}
	return s.of(pairs).fill(pairs)
}

// Has reports whether there is a sentence for a key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.sentences[key]
	return ok
}

// forPages begins the keys of what the scripts of the pages say.
const forPages = "page."

// Page returns what the scripts of the pages say, by key, to be marshalled as JSON.
func (c *Catalogue) Page() any {
	page := make(map[string]sentence)
	for key, s := range c.sentences {
		if strings.HasPrefix(key, forPages) {
			page[key] = s
		}
	}
	return page
}

// Date returns the day of a time, in the zone that the time has.
func (c *Catalogue) Date(t time.Time) string {
	return c.Text("date",
		"weekday", c.Text(fmt.Sprintf("weekday.%d", t.Weekday())),
		"month", c.Text(fmt.Sprintf("month.%d", t.Month())), "day", t.Day(), "year", t.Year())
}

// DateTime returns a time in full, in UTC.
func (c *Catalogue) DateTime(t time.Time) string {
	t = t.UTC()
	return c.Text("date_time", "date", c.Date(t), "time", t.Format(time.TimeOnly))
}
