package handlers

import (
	"cmp"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// routes is every address there is. Those without a room are the lobby's.
func (s *Server) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(s.recoverer, closeChunked, securityHeaders, s.allowHosts, s.clientIP, s.sameOrigin, middleware.GetHead)

	pages := r.With(compress)
	pages.Get("/", s.handle(s.getHome))
	pages.Get("/rooms/{room}", s.handle(s.getRoom))

	limited := r.With(s.limitRate)
	for _, in := range []string{"", "/rooms/{room}"} {
		limited.Post(in+"/messages", s.handle(s.postMessage))
		r.Get(in+"/messages", s.handle(s.getMessages))
		r.Get(in+"/events", s.handle(s.getEvents))
	}

	r.Get("/healthz", s.handle(s.getHealth))
	r.Get("/readyz", s.handle(s.getReady))
	r.Method(http.MethodGet, "/metrics", s.Metrics)
	r.Method(http.MethodGet, "/static/*", s.assets)
	r.Get("/favicon.ico", s.assets.favicon)

	r.NotFound(s.handle(func(http.ResponseWriter, *http.Request) error { return errNotFound }))
	r.MethodNotAllowed(s.methodNotAllowed(r))
	return r
}

// methodNotAllowed answers 405 with the Allow header that RFC 9110 demands.
func (s *Server) methodNotAllowed(routes chi.Routes) http.HandlerFunc {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		path := cmp.Or(r.URL.RawPath, r.URL.Path) // as the router sees it
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			look := method
			if method == http.MethodHead {
				look = http.MethodGet // answered by the same handlers
			}
			if routes.Match(chi.NewRouteContext(), look, path) {
				w.Header().Add("Allow", method)
			}
		}
		return errMethod
	})
}
