package handlers

import (
	"net/http"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/search"
)

// searchView is what the page of results shows.
type searchView struct {
	Query   string
	From    chat.Name
	Rooms   []chat.Room
	Asked   bool // somebody has looked for something
	Results []resultView
	Next    string // address of the page after this one, or empty
	Problem string // why nothing can be found, or empty
}

// resultView is a message that was found.
type resultView struct {
	Room          chat.Room
	Path          string // of the message
	Excerpt       []search.Part
	Before, After []messageView
	messageView
}

func newSearchView(q searchRequest, results found, next string) searchView {
	v := searchView{Query: q.Text, From: q.From, Rooms: q.Rooms, Asked: true, Next: next}
	for _, h := range results.hits {
		v.Results = append(v.Results, resultView{
			Room: h.Room, Path: messagePath(h.Event), Excerpt: h.Excerpt, Before: asViews(h.Before), After: asViews(h.After), messageView: newMessageView(&h.Message),
		})
	}
	return v
}

// asViews returns messages as the page shows them, without their marks.
func asViews(messages []views.Message) []messageView {
	all := make([]messageView, len(messages))
	for i := range messages {
		all[i] = newMessageView(&messages[i])
		all[i].Text = messages[i].Plain()
	}
	return all
}

// search writes the page of results.
func (p *pages) search(w http.ResponseWriter, r *http.Request, status int, v searchView) error {
	return p.write(w, r, status, "search", v)
}

// failSearch tells why nothing can be found: to a browser on the page of results, with what
// was typed still there. While the index is being built the page tries again by itself.
func (s *Server) failSearch(w http.ResponseWriter, r *http.Request, req searchRequest, cause error) error {
	if !wantsHTML(r) {
		return cause
	}
	p := s.report(w, r, cause)
	view := searchView{Query: r.URL.Query().Get("q"), From: req.From, Rooms: req.Rooms, Problem: p.Detail}
	switch p.Code {
	case "search_off":
		view.Problem = languageOf(r).Text("html.search.off")
	case "search_building":
		percent, _ := s.indexed(r.Context())
		view.Problem = languageOf(r).Text("html.search.building", "percent", percent)
		w.Header().Set("Refresh", p.retryAfter)
	}
	return s.pages.search(w, r, p.Status, view)
}
