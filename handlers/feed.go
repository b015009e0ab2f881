package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
)

// feed is the newest messages of a room for feed readers, in whatever form.
type feed struct {
	Room          chat.Room
	Topic         string
	Home, Address string // absolute: of the room, and of the feed
	Updated       time.Time
	Entries       []feedEntry // the newest first
}

// feedEntry is a message as it stands.
type feedEntry struct {
	URL                string // the permalink, by which readers know it again
	Title              string
	Author             chat.Name
	Tag                string // how it stands with what the message tells of, or with its question; empty for nothing
	Text, HTML         string
	Published, Updated time.Time
}

// feedForm is a form of feeds.
type feedForm struct {
	suffix, contentType string
	encode              func(feed) ([]byte, error)
}

// getFeed answers with the newest messages of a room, or with 304 to who has them.
func (s *Server) getFeed(form feedForm) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, memory, err := s.readFeed(r, form)
		if err != nil {
			return err
		}
		body, err := form.encode(f)
		if err != nil {
			return err
		}
		release, err := s.hold(r, memory+len(body))
		if err != nil {
			return err
		}
		defer release()
		sum := sha256.Sum256(body)
		w.Header().Set("Content-Type", form.contentType)
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
		http.ServeContent(inPieces{w, newPieces(w, pieceTimeout)}, r, "", f.Updated, bytes.NewReader(body))
		return nil
	}
}

// inPieces writes an answer in pieces.
type inPieces struct {
	http.ResponseWriter
	pieces *pieces
}

func (w inPieces) Write(p []byte) (int, error) { return w.pieces.Write(p) }

// readFeed reads the newest messages of the room that the path names, without deleted ones.
func (s *Server) readFeed(r *http.Request, form feedForm) (f feed, memory int, err error) {
	if _, err := parseQuery(r); err != nil {
		return f, 0, err
	}
	room, err := roomOf(r)
	if err != nil {
		return f, 0, err
	}
	f = feed{Room: room, Topic: s.Service.Facts.Room(room).Topic, Home: s.baseURL(r) + room.Path(), Updated: time.Unix(0, 0).UTC()}
	f.Address = f.Home + form.suffix
	empty, err := form.encode(f)
	if err != nil {
		return f, 0, err
	}
	size := func(m *views.Message) int {
		one := f
		one.Entries = []feedEntry{f.entry(m)}
		body, _ := form.encode(one) // what cannot be encoded is an error below
		return max(0, len(body)-len(empty))
	}
	h, err := s.readHistory(r, views.Page{Page: store.Page{Room: room, Limit: defaultLimit}}, size)
	if err != nil {
		return f, 0, err
	}
	for i := range slices.Backward(h.Messages) {
		if m := &h.Messages[i]; !m.Deleted {
			f.Entries = append(f.Entries, f.entry(m))
		}
	}
	for _, e := range f.Entries {
		f.Updated = latest(f.Updated, e.Updated)
	}
	return f, h.memory, nil
}

func (f *feed) entry(m *views.Message) feedEntry {
	return feedEntry{
		URL: f.Home + "/messages/" + m.ID.String(), Title: feedTitle(m), Author: m.From.Name, Tag: feedTag(m),
		Text: m.Text(), HTML: asHTML(m), Published: m.Time, Updated: latest(m.Time, m.Edited),
	}
}

// feedTag is a word of the wire, so that feed readers can filter by it.
func feedTag(m *views.Message) string {
	if m.Ask != nil {
		return m.Ask.State()
	}
	return statusSign(m.Status)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// feedTitle is the name of whoever wrote a message and its first line, as far as there is room.
func feedTitle(m *views.Message) string {
	const most = 80 // characters of the line
	line := m.AsQuote().Text
	n := 0
	for i := range line {
		if n == most {
			line = line[:i] + "…"
			break
		}
		n++
	}
	return string(m.From.Name) + ": " + line
}

// asHTML is the text of a message as a piece of HTML that shows it, with what its marks mean.
func asHTML(m *views.Message) string {
	if marked := m.Tree().HTML(); marked != "" {
		return string(marked)
	}
	return strings.ReplaceAll(html.EscapeString(m.Text()), "\n", "<br>\n")
}
