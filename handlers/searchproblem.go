package handlers

import (
	"context"
	"errors"
	"net/http"

	"plainchat/locale"
	"plainchat/views"
	"plainchat/views/search"
)

var errSearchOff = newProblem(http.StatusNotFound, "search_off", "problem.search_off")

// explainSearch says what is wrong with a search.
func (s *Server) explainSearch(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, search.ErrNoWords):
		return badField("q", "empty", "problem.search_empty")
	case errors.Is(err, search.ErrTooLong):
		return badField("q", "too_long", "problem.search_too_long")
	case errors.Is(err, views.ErrNotReady):
		p := busy("search_building", "10", "problem.search_building")
		if percent, known := s.indexed(ctx); known {
			p.said = locale.NewError("problem.search_building_part", "percent", percent)
		}
		return p
	}
	return err
}

// indexed returns how much of the log is in the index, in percent, if that is known.
func (s *Server) indexed(ctx context.Context) (percent uint64, known bool) {
	status, err := s.Search.Status(ctx)
	if err != nil || status.Last == 0 {
		return 0, false
	}
	return 100 * status.Position / status.Last, true
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
