package handlers

import (
	"net/http"

	"plainchat/chat"
	"plainchat/views"
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
	Before, After []messageView
	messageView
}

func newSearchView(q searchRequest, results found, next string) searchView {
	v := searchView{Query: q.Text, From: q.From, Rooms: q.Rooms, Asked: true, Next: next}
	for _, h := range results.hits {
		v.Results = append(v.Results, resultView{
			Room: h.Room, Path: messagePath(h.Event), Before: asViews(h.Before), After: asViews(h.After), messageView: newMessageView(&h.Message),
		})
	}
	return v
}

func asViews(messages []views.Message) []messageView {
	all := make([]messageView, len(messages))
	for i := range messages {
		all[i] = newMessageView(&messages[i])
	}
	return all
}

// search writes the page of results.
func (p *pages) search(w http.ResponseWriter, r *http.Request, status int, v searchView) error {
	return p.write(w, r, status, "search", v)
}
