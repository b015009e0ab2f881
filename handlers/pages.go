package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/templates"
	"plainchat/views"
)

// pages renders what browsers see. It may be used concurrently.
type pages struct {
	templates map[*locale.Catalogue]*template.Template // in each language
}

// roomView is what the page of a room shows.
type roomView struct {
	Searchable bool // there is an index of words
	Room       chat.Room
	UserName   string          // as the visitor is remembered; empty if not
	OwnNames   []chat.Name     // that are the visitor's, on whichever device they took them
	NameTaken  bool            // UserName is somebody else's, so that another is to be chosen
	FreeName   chat.Name       // then one that is like it; empty if none was found
	History    []views.Message // in log order
	Size       int             // about how many bytes they take on the page
	Since      string          // the id to open the stream after
	LastRead   string          // the id of the last message that the visitor has read; empty if they never told
	Older      string          // address of the page before this one, or empty
	Newer      string          // address of the page after this one, or empty
	Place      string          // the query that leads to this part of the history again; empty on the live page
	Newest     string          // address of the newest messages, on a page of others; else empty
	Thread     string          // of a thread that is shown, the id of the message with which it begins; else empty
	Answered   string          // the id of the message that is answered by what is written there
	URL        string          // the room's own absolute address
	Problem    *problemView    // why a form that was sent failed, or nil
	Draft      string          // the text of that form, to go on with
	ClientID   string          // of the next message from the form, where there is no script
	Topic      string          // of the room; empty for none
	Archived   bool            // nothing can be written in the room
	Rooms      []roomEntry     // that the page leads to
	Pinned     []pinView       // the room's pinned messages, in log order
	Chosen     chosen          // without script: what is being done to which message
}

// problemView is an error in plain words.
type problemView struct {
	Status        int
	Title, Detail string
	Room          chat.Room // where it happened; empty for none
	Nearest       chat.Room // that may have been meant; empty for none
	Unsent        *roomView // the form that was sent, to be sent again; or nil
}

func newPages(a *assets) (*pages, error) {
	p := &pages{make(map[*locale.Catalogue]*template.Template)}
	for _, c := range locale.All {
		t, err := template.New("").Funcs(functions(a, c)).ParseFS(templates.FS, "*.html")
		if err != nil {
			return nil, err
		}
		p.templates[c] = t
	}
	return p, nil
}

// functions are what the templates call, in a language.
func functions(a *assets, c *locale.Catalogue) template.FuncMap {
	return template.FuncMap{
		"asset":    a.address,
		"styles":   a.styles,
		"script":   func(name string) (string, error) { return a.script(name, c.Lang) },
		"modules":  func(name string) []string { return a.modules(name, c.Lang) },
		"lang":     func() string { return c.Lang },
		"t":        c.Text,
		"day":      func(t time.Time) string { return c.Text("html.day", "date", c.Date(t.UTC())) },
		"datetime": c.DateTime,
		"status":   func(s chat.Status) string { return statusText(s, c) },
	}
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
	squeezed, language := acceptsGzip(r), languageOf(r)
	page, err := p.render(language, name, view, squeezed)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	inLanguage(w, language)
	if squeezed {
		h.Set("Content-Encoding", "gzip")
	}
	w.WriteHeader(status)
	_, _ = newPieces(w, pieceTimeout).Write(page) // the client has gone
	return nil
}

// execute writes part of a page that is sent piece by piece.
func (p *pages) execute(w io.Writer, language *locale.Catalogue, name string, view any) error {
	return p.templates[language].ExecuteTemplate(w, name, view)
}

// renderers are what a page is made in.
var renderers = sync.Pool{New: func() any { return &renderer{gzip: gzip.NewWriter(nil)} }}

type renderer struct {
	page, squeezed bytes.Buffer
	gzip           *gzip.Writer // takes a megabyte
}

// render returns a page, compressed if it is to be.
func (p *pages) render(language *locale.Catalogue, name string, view any, squeezed bool) ([]byte, error) {
	r := renderers.Get().(*renderer)
	defer renderers.Put(r)
	r.page.Reset()
	if err := p.templates[language].ExecuteTemplate(&r.page, name, view); err != nil {
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

// OwnNamesJSON is OwnNames for the script.
func (v roomView) OwnNamesJSON() (string, error) {
	list, err := json.Marshal(append([]chat.Name{}, v.OwnNames...)) // an empty list is one too
	return string(list), err
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

// Back is the query of the thread that is shown, by which a form leads back to it; empty for none.
func (v roomView) Back() string { return threadQuery(v.Thread) }

func threadQuery(id string) string {
	if id == "" {
		return ""
	}
	return "?thread=" + id
}

// Follows reports whether the page shows what comes by a frame, where there is no script: not
// while something is being done to a message, which only the page's own list has.
func (v roomView) Follows() bool {
	return v.Newest == "" && v.Thread == "" && v.Chosen.Acting == "" && v.Chosen.Editing == ""
}

// Curl is a command line that says hello in this room. The room's name in it is as people read it:
// curl sends that as it is.
func (v roomView) Curl() string {
	return "curl -d 'hello' '" + v.ShownURL() + "/messages?user_name=me'"
}

// GroupSeconds is groupWithin for the script.
func (roomView) GroupSeconds() int { return int(groupWithin / time.Second) }
