package handlers

import (
	"bytes"
	"compress/gzip"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/templates"
	"plainchat/views"
)

// groupWithin is how long after the first of a group the messages of the same person
// still belong to it, under one name. The page's script is told, so as to do the same.
const groupWithin = 5 * time.Minute

// nameHues is how many colours the names are spread over; message.css has them.
const nameHues = 8

// pages renders what browsers see. It may be used concurrently.
type pages struct {
	templates *template.Template
}

// roomView is what the page of a room shows.
type roomView struct {
	Room     chat.Room
	UserName string          // as the visitor is remembered; empty if not
	History  []views.Message // in log order
	Size     int             // about how many bytes they take on the page
	Since    string          // the id to open the stream after
	Older    string          // address of the page before this one, or empty
	Newest   string          // address of the live page, on a page of older messages; else empty
	URL      string          // the room's own absolute address
	Problem  *problemView    // why a form that was sent failed, or nil
	Draft    string          // the text of that form, to go on with
	ClientID string          // of the next message from the form, where there is no script
}

// problemView is an error in plain words.
type problemView struct {
	Status        int
	Title, Detail string
	Back          string    // where to go on, or empty
	Unsent        *roomView // the form that was sent, to be sent again; or nil
}

func newPages(a *assets) (*pages, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"asset":   a.address,
		"styles":  a.styles,
		"modules": a.modules,
	}).ParseFS(templates.FS, "*.html")
	return &pages{t}, err
}

// sharedStyles come first on every page: each relies on those before it.
var sharedStyles = []string{"colors", "tokens", "base", "button"}

// pageStyles are the components of each page.
var pageStyles = map[string][]string{
	"room":    {"page", "header", "banner", "timeline", "message", "welcome", "composer"},
	"problem": {"composer", "problem"},
}

// styles returns the style sheets of a page.
func (a *assets) styles(page string) ([]string, error) {
	var all []string
	for _, name := range slices.Concat(sharedStyles, pageStyles[page]) {
		address, err := a.address("css/" + name + ".css")
		if err != nil {
			return nil, err
		}
		all = append(all, address)
	}
	return all, nil
}

// modules returns every script but the one that is not a module. Named in the page,
// they load side by side and not one after the other as they import each other.
func (a *assets) modules() []string {
	return slices.DeleteFunc(a.addresses("js"), func(address string) bool {
		return strings.HasSuffix(address, "/theme.js")
	})
}

// room writes the page of a room.
func (p *pages) room(w http.ResponseWriter, r *http.Request, status int, v roomView) error {
	return p.write(w, r, status, "room", v)
}

// problem writes the page that says what went wrong.
func (p *pages) problem(w http.ResponseWriter, r *http.Request, v problemView) error {
	return p.write(w, r, v.Status, "problem", v)
}

// write renders in full before it writes, so that an error can still become a
// proper answer; and compresses in full, so that no slow reader holds what that takes.
func (p *pages) write(w http.ResponseWriter, r *http.Request, status int, name string, view any) error {
	squeezed := acceptsGzip(r)
	page, err := p.render(name, view, squeezed)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	if squeezed {
		h.Set("Content-Encoding", "gzip")
	}
	w.WriteHeader(status)
	_, _ = newPieces(w, pieceTimeout).Write(page) // the client has gone
	return nil
}

// renderers are what a page is made in.
var renderers = sync.Pool{New: func() any { return &renderer{gzip: gzip.NewWriter(nil)} }}

type renderer struct {
	page, squeezed bytes.Buffer
	gzip           *gzip.Writer // takes a megabyte
}

// render returns a page, compressed if it is to be.
func (p *pages) render(name string, view any, squeezed bool) ([]byte, error) {
	r := renderers.Get().(*renderer)
	defer renderers.Put(r)
	r.page.Reset()
	if err := p.templates.ExecuteTemplate(&r.page, name, view); err != nil {
		return nil, err
	}
	if !squeezed {
		return bytes.Clone(r.page.Bytes()), nil
	}
	r.squeezed.Reset()
	r.gzip.Reset(&r.squeezed)
	_, _ = r.gzip.Write(r.page.Bytes()) // a buffer takes everything
	_ = r.gzip.Close()
	return bytes.Clone(r.squeezed.Bytes()), nil
}

// Path is the room's address on this server.
func (v roomView) Path() string { return v.Room.Path() }

// ShownURL is the room's address as people read it.
func (v roomView) ShownURL() string {
	if shown, err := url.PathUnescape(v.URL); err == nil {
		return shown
	}
	return v.URL
}

// Live reports whether the page goes on with what is said from now on.
func (v roomView) Live() bool { return v.Newest == "" }

// Curl is a command line that says hello in this room.
func (v roomView) Curl() string {
	return "curl -d 'hello' '" + v.URL + "/messages?user_name=me'"
}

// GroupSeconds is groupWithin for the script.
func (roomView) GroupSeconds() int { return int(groupWithin / time.Second) }

// Blank is the message that the script copies and fills.
func (roomView) Blank() messageView { return messageView{} }

// Messages are those of History as the page shows them.
func (v roomView) Messages() []messageView {
	messages := make([]messageView, len(v.History))
	first := 0 // of the group
	for i := range v.History {
		m := &v.History[i]
		messages[i] = newMessageView(m)
		messages[i].Own = string(m.From.Name) == v.UserName
		if messages[i].Continued = i > 0 && continues(&v.History[first], &v.History[i-1], m); !messages[i].Continued {
			first = i
		}
	}
	return messages
}

// messageView is one message on a page.
type messageView struct {
	ID, ClientID   string
	Seq            uint64
	UserName, Text string
	Hue            int    // which of the colours the name has
	Time           string // as on the wire
	ShortTime      string // as it is read without the script, which knows the reader's time zone
	FullTime       string
	Own            bool // said by the reader
	Continued      bool // belongs to the group of the message before

	ReplyTo   string       // the id of the message that it answers; empty for none
	Quote     *views.Quote // of that message; nil where it is gone
	Edited    string       // when, as on the wire; empty if it was not
	Deleted   bool         // then Text is empty, as is what follows
	Pinned    bool
	Reactions []views.Reaction
	Replies   int
}

func newMessageView(m *views.Message) messageView {
	t := m.Time.UTC()
	view := messageView{
		ID: m.ID.String(), ClientID: m.Key, Seq: m.ID.Seq,
		UserName: string(m.From.Name), Text: m.Text(), Hue: hue(m.From.Name),
		Time:      chat.FormatTime(t),
		ShortTime: t.Format("15:04 UTC"),
		FullTime:  t.Format("Monday, 2 January 2006, 15:04:05 UTC"),
		Quote:     m.Quote, Deleted: m.Deleted, Pinned: m.Pinned, Reactions: m.Reactions, Replies: m.Replies,
	}
	if target := m.Body.Target(); target != 0 {
		view.ReplyTo = chat.ID{Epoch: m.ID.Epoch, Seq: target}.String()
	}
	if !m.Edited.IsZero() {
		view.Edited = chat.FormatTime(m.Edited)
	}
	return view
}

// continues reports whether a message belongs to the group that begins with first and ends
// with prev so far. A clock that went back ends a group. grouping.js has the same.
func continues(first, prev, next *views.Message) bool {
	return prev.From.Name == next.From.Name && !next.Time.Before(prev.Time) && next.Time.Sub(first.Time) < groupWithin
}

func hue(name chat.Name) int {
	sum := 0
	for _, r := range name {
		sum += int(r)
	}
	return sum % nameHues
}
