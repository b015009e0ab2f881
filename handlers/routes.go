package handlers

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// routes is every address there is, and more if more is given. Those without a room are the
// lobby's.
func (s *Server) routes(more func(chi.Router)) http.Handler {
	r := chi.NewRouter()
	r.Use(s.recoverer, closeChunked, s.secure)
	if s.Compat != nil {
		r.Use(s.compat)
	}
	r.Use(s.allowHosts, s.clientIP, s.sameOrigin, middleware.GetHead)
	if s.Shared {
		r.Use(s.carried)
	}

	r.Get("/", s.handle(s.getHome))
	r.Get("/rooms", s.handle(s.getRooms))
	r.Get("/search", s.handle(s.getSearch))
	r.Get("/rooms/{room}", s.handle(s.getRoom))
	r.Get("/rooms/{room}.atom", s.handle(s.getFeed(formatAtom)))
	r.Get("/rooms/{room}.json", s.handle(s.getFeed(formatJSONFeed)))
	r.Get("/rooms/{room}/live", s.handle(s.getLive))
	r.Get("/rooms/{room}/qr.svg", s.handle(s.getQR))

	limited := r.With(s.limitRate)
	limited.Put("/rooms/{room}/live", s.handle(s.putLive))
	limited.Post("/rooms/{room}/live", s.handle(s.putLive))
	for _, in := range []string{"", "/rooms/{room}"} {
		limited.Post(in+"/messages", s.handle(s.postMessage))
		r.Get(in+"/messages", s.handle(s.getMessages))
		r.Get(in+"/messages/{id}", s.handle(s.getMessage))
		r.Get(in+"/events", s.handle(s.getEvents))
		limited.Post(in+"/asks", s.handle(s.postAsk))
		r.Get(in+"/asks", s.handle(s.getAsks))
		r.Get(in+"/asks/{id}", s.handle(s.getAsk))
		limited.Post(in+"/asks/{id}/answer", s.handle(s.postAnswer))

		message := in + "/messages/{id}"
		limited.Put(in+"/messages/by-key/{key}", s.handle(s.putByKey))
		r.Get(message+"/versions", s.handle(s.getVersions))
		limited.Patch(message, s.handle(s.patchMessage))
		limited.Delete(message, s.handle(s.deleteMessage))
		limited.Put(message+"/reactions/{emoji}", s.handle(s.putReaction))
		limited.Delete(message+"/reactions/{emoji}", s.handle(s.deleteReaction))
		limited.Put(message+"/pin", s.handle(s.putPin))
		limited.Delete(message+"/pin", s.handle(s.deletePin))
		limited.Post(message+"/edit", s.handle(s.postEdit)) // these four are for forms
		limited.Post(message+"/delete", s.handle(s.postDelete))
		limited.Post(message+"/react", s.handle(s.postReact))
		limited.Post(message+"/pin", s.handle(s.postPin))
	}
	r.Get("/names/{name}", s.handle(s.getName))
	r.Post("/language", s.handle(s.postLanguage))
	limited.Put("/rooms/{room}", s.handle(s.putRoom))
	limited.Post("/rooms/{room}/settings", s.handle(s.postSettings))
	limited.Post("/identity/link", s.handle(s.postIdentityLink))
	r.Get("/link/{code}", s.handle(s.getLink))
	r.Get("/link/{code}/qr.svg", s.handle(s.getLinkQR))
	limited.Post("/link/{code}", s.handle(s.postLink))

	r.Get("/rooms/{room}/people", s.handle(s.getPeople))
	r.Get("/rooms/{room}/read", s.handle(s.getRead))
	signals := r.With(s.limitSignals)
	signals.Put("/rooms/{room}/read", s.handle(s.putRead))
	signals.Post("/rooms/{room}/idle", s.handle(s.postIdle))
	signals.Post("/rooms/{room}/typing", s.handle(s.postTyping))

	for _, below := range []string{"", "/*"} {
		r.Post("/hooks/{secret}"+below, s.handle(s.postHookRequest)) // each hook has a limit of its own
		r.Put("/hooks/{secret}"+below, s.handle(s.postHookRequest))
	}

	r.Post("/mcp", s.handle(s.postMCP))

	r.Get("/healthz", s.handle(s.getHealth))
	r.Get("/readyz", s.handle(s.getReady))
	r.Method(http.MethodGet, "/metrics", s.Metrics)
	r.Method(http.MethodGet, "/static/*", s.assets)
	r.Get("/favicon.ico", s.assets.favicon)
	r.Get("/openapi.yaml", s.handle(s.getDocument))

	if more != nil {
		more(r)
	}
	r.NotFound(s.orHook(s.notFound(r)))
	r.MethodNotAllowed(s.orHook(s.methodNotAllowed(r)))
	return r
}

// notFound answers 404, but leads an address with slashes at its end to the one without
// them. The redirection has the status that keeps a POST a POST, body and all.
func (s *Server) notFound(routes chi.Routes) http.HandlerFunc {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		path := strings.TrimRight(routedPath(r), "/")
		if path == routedPath(r) || !answers(routes, r.Method, path) {
			return errNotFound
		}
		// It begins as the route does, with one slash and not the two of another host.
		to := strings.TrimRight(r.URL.EscapedPath(), "/")
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusPermanentRedirect)
		return nil
	})
}

// routedPath is the path as the router sees it.
func routedPath(r *http.Request) string { return cmp.Or(r.URL.RawPath, r.URL.Path) }

// answers reports whether there is a handler for a method at a path.
func answers(routes chi.Routes, method, path string) bool {
	if method == http.MethodHead {
		method = http.MethodGet // answered by the same handlers
	}
	return routes.Match(chi.NewRouteContext(), method, path)
}

// methodNotAllowed answers 405 with the Allow header that RFC 9110 demands, and 404 where no
// method is answered: of one that it does not know, the router asks for no address.
func (s *Server) methodNotAllowed(routes chi.Routes) http.HandlerFunc {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if answers(routes, method, routedPath(r)) {
				w.Header().Add("Allow", method)
			}
		}
		if len(w.Header()["Allow"]) == 0 {
			return errNotFound
		}
		return errMethod
	})
}
