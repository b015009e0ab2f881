package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/identity"
	"plainchat/internal/limits"
	"plainchat/policy"
)

// What is made of links to another device: so many wait to be used at the most, and a client
// makes linkBurst at once and one more each linkEvery.
const (
	maxLinks  = 10_000
	linkBurst = 5
	linkEvery = 30 * time.Second
)

func newLinking() *limits.Rates { return limits.NewRates(1/linkEvery.Seconds(), linkBurst) }

// linkPath begins the addresses of links.
const linkPath = "/link/"

var errLinks = busy("unavailable", "60", "problem.links")

// linkView is what the pages of a link show.
type linkView struct {
	Name    string    // as it stands in a sentence
	Room    chat.Room // where to go on
	Path    string    // of the link
	URL     string    // the same as an absolute address
	Minutes int       // for which it is good from now on
	Here    string    // who this device is now, if that is somebody else who owns a name; else empty
}

// inSentence is a name that leaves the direction of the words around it as it is (UAX #9,
// section 2.5).
func inSentence(name chat.Name) string { return "\u2068" + string(name) + "\u2069" }

// linkJSON is a link as the page's script is told of it.
type linkJSON struct {
	URL     string `json:"url"`
	Expires string `json:"expires"` // as chat.FormatTime has it
	QR      string `json:"qr"`      // the address of the link as a QR code
}

// guestOf returns the guest who sent a request, and no script or operator.
func (s *Server) guestOf(r *http.Request) (chat.PersonID, error) {
	c, err := s.caller(r)
	if err != nil {
		return "", err
	}
	if c.Operator || c.Token != nil || c.Person.ID == "" {
		return "", policy.NeedsPerson
	}
	return c.Person.ID, nil
}

// postIdentityLink makes a link by which a guest goes on under their name on another device.
func (s *Server) postIdentityLink(w http.ResponseWriter, r *http.Request) error {
	secret(w)
	person, err := s.guestOf(r)
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	room := chat.Lobby
	if given := r.PostForm.Get("room"); given != "" {
		if room, err = chat.ParseRoom(given); err != nil {
			return err
		}
	}
	name := chat.Name(rememberedName(r))
	switch {
	case name == "":
		return badField("user_name", "empty", "problem.link_name_missing")
	case s.Service.Facts.Taken(name, person, time.Now()):
		return policy.NameTaken
	}
	if wait := s.linking.Take(clientOf(r), 1); wait > 0 {
		return rateLimited("problem.linking_too_fast", wait)
	}
	code, to, err := s.links.New(person, name, room)
	if errors.Is(err, identity.ErrLinks) {
		return errLinks
	}
	view := s.linkView(r, to, code)
	if wantsHTML(r) {
		return s.pages.write(w, r, http.StatusCreated, "link", view)
	}
	return writeJSON(w, http.StatusCreated, linkJSON{view.URL, chat.FormatTime(to.Expires), view.Path + "/qr.svg"})
}

func (s *Server) linkView(r *http.Request, to identity.Linked, code string) linkView {
	left := time.Until(to.Expires)
	return linkView{
		Name: inSentence(to.Name), Room: to.Room, Path: linkPath + code, URL: s.baseURL(r) + linkPath + code,
		Minutes: int((left + time.Minute - 1) / time.Minute),
	}
}

// secret is for answers that have a link's code, or are at its address: they are kept nowhere,
// and no other site is told of them.
func secret(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// getLink asks whoever opens a link whether they want what it is for. It does not use it up:
// chats and mail programs open links for a preview.
func (s *Server) getLink(w http.ResponseWriter, r *http.Request) error {
	secret(w)
	to, ok := s.links.Look(param(r, "code"))
	if !ok {
		return s.linkOver(w, r)
	}
	view := s.linkView(r, to, param(r, "code"))
	here, known := s.Guests.Of(r, s.isHTTPS(r))
	if known && here.ID == to.Person {
		return s.pages.write(w, r, http.StatusOK, "link", view) // on the device that made it
	}
	if name := chat.Name(rememberedName(r)); known && s.Service.Facts.Owner(name, time.Now()) == here.ID {
		view.Here = inSentence(name)
	}
	return s.pages.write(w, r, http.StatusOK, "link-open", view)
}

// getLinkQR draws the address of a link as a QR code.
func (s *Server) getLinkQR(w http.ResponseWriter, r *http.Request) error {
	secret(w)
	code := param(r, "code")
	if _, ok := s.links.Look(code); !ok {
		return s.linkOver(w, r)
	}
	return sendQR(w, s.baseURL(r)+linkPath+code)
}

// postLink uses a link: the browser is the link's guest from then on.
func (s *Server) postLink(w http.ResponseWriter, r *http.Request) error {
	secret(w)
	to, ok := s.links.Use(param(r, "code"))
	if !ok {
		return s.linkOver(w, r)
	}
	guest := s.Guests.Again(identity.Guest{ID: to.Person})
	http.SetCookie(w, s.Guests.Cookie(guest, s.isHTTPS(r)))
	rememberName(w, to.Name)
	http.Redirect(w, r, to.Room.Path(), http.StatusSeeOther) // #nosec G710 -- a path of this server, begun by us
	return nil
}

// linkOver answers where a link is not known.
func (s *Server) linkOver(w http.ResponseWriter, r *http.Request) error {
	if wantsHTML(r) {
		return s.pages.write(w, r, http.StatusGone, "link-over", nil)
	}
	return newProblem(http.StatusGone, "link_over", "problem.link_over")
}

// loggedPath is the path of a request for the records, which get no link's code, and no hook's secret.
func loggedPath(r *http.Request) string {
	switch path := r.URL.EscapedPath(); {
	case strings.HasPrefix(path, linkPath):
		return linkPath + "…"
	case mayHaveSecret(r.URL.Path):
		return hookPath + "…"
	default:
		return path
	}
}
