package handlers

import (
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
)

// recoverer turns a panic into a 500 and a record with its stack.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v) // net/http's own way to cut a response off
			}
			s.Logger.Error("handler panicked", "path", loggedPath(r), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			s.fail(w, r, newProblem(http.StatusInternalServerError, "internal", "problem.internal"))
		}()
		next.ServeHTTP(w, r)
	})
}

// closeChunked makes a request whose body came in chunks the last of its connection. It
// may have had a length too, of which net/http tells nothing, and a proxy that went by
// that would take the rest of the body for a request, or the next request for a body
// (request smuggling; RFC 9112, section 6.3, wants the connection closed).
func closeChunked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// allowHosts refuses host names that are not ours.
func (s *Server) allowHosts(next http.Handler) http.Handler {
	if s.AllowHost == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.AllowHost(hostName(r.Host)) && !isOperator(r) {
			s.fail(w, r, errHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostName is a Host header without its port, and without the dot that may end a name.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// newOrigins returns what tells requests that a page of another site makes in its
// visitor's name (CSRF).
func (s *Server) newOrigins() *http.CrossOriginProtection {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.Origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			s.Logger.Warn("this host name cannot be an origin", "err", err)
		}
	}
	protection.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error { return errOrigin }))
	return protection
}

// sameOrigin refuses messages from pages of other sites.
func (s *Server) sameOrigin(next http.Handler) http.Handler { return s.origins.Handler(next) }
