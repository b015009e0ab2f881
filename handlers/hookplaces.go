package handlers

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"plainchat/chat"
	"plainchat/hooks"
	"plainchat/identity"
)

// hookPath is what the address of a hook begins with; its secret follows.
const hookPath = "/hooks/"

// mayHaveSecret reports whether a path may have the secret of a hook in it, which no record and no other site
// is told. Some programs have it in the first part, others in the third.
func mayHaveSecret(path string) bool {
	return strings.HasPrefix(path, hookPath) || strings.Contains(path, identity.HookPrefix)
}

// isLikeSecret reports whether a part of a path is the secret of a hook, or what was left of one.
func isLikeSecret(part string) bool {
	const least = 40 // characters, of which no word that begins so has as many
	return len(part) >= least && strings.HasPrefix(part, identity.HookPrefix)
}

// hookBySecret returns the hook of a secret; nil for one that is not known.
func (s *Server) hookBySecret(given string) (*chat.Token, identity.Secret) {
	secret, err := identity.ParseSecret(given)
	if err != nil {
		return nil, ""
	}
	token, known := s.Service.Facts.TokenByHash(secret.Hash())
	if !known || !token.Hook || token.Revoked {
		return nil, ""
	}
	return &token, secret
}

// orHook takes a request at an address that is nobody else's, if it shows the secret of a hook in the place
// that its program has for that: ntfy's and Gotify's addresses, and Campfire's, have no room for a path before
// them. All others are refused as they are anyway.
func (s *Server) orHook(refuse http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		call, known := s.callElsewhere(r)
		if !known {
			refuse(w, r)
			return
		}
		s.handle(func(w http.ResponseWriter, r *http.Request) error { return s.takeHookRequest(w, r, call) })(w, r)
	}
}

func (s *Server) callElsewhere(r *http.Request) (call hookCall, known bool) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		return call, false
	}
	const most = 2 // parts, of the addresses of ntfy
	path := strings.Trim(r.URL.Path, "/")
	if strings.Count(path, "/") >= most && !isCampfirePath(path) {
		return call, false
	}
	return s.callOf(r, path, isCampfirePath(path))
}

func isCampfirePath(path string) bool {
	parts := strings.Split(path, "/")
	return len(parts) == 4 && parts[0] == "rooms" && parts[3] == "messages"
}

// callOf finds the hook of a request in the places where programs show a secret; in any part of the path, or in
// the first one alone. The call's path is without the secret, or an answer could repeat it.
func (s *Server) callOf(r *http.Request, path string, anyPart bool) (call hookCall, known bool) {
	q := r.URL.Query()
	for _, given := range []string{shownSecret(r.Header.Get("Authorization")), r.Header.Get("X-Gotify-Key"), q.Get("token"), ntfyAuth(q)} {
		if call.token, call.secret = s.hookBySecret(given); call.token != nil {
			call.path = path
			return call, true
		}
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if i > 0 && !anyPart {
			break
		}
		if call.token, call.secret = s.hookBySecret(part); call.token == nil {
			continue
		}
		parts[i] = "hook"
		if i == 0 { // ntfy's topic
			parts = parts[1:]
		}
		call.path = strings.Join(parts, "/")
		return call, true
	}
	if path == "" {
		return s.callOfTopic(r)
	}
	return call, false
}

// shownSecret is what an Authorization header shows: a bearer token, or the password of Basic.
func shownSecret(authorization string) string {
	r := http.Request{Header: http.Header{"Authorization": {authorization}}}
	secret, err := identity.SecretOf(&r)
	if err != nil {
		return ""
	}
	return string(secret)
}

// ntfyAuth is what ntfy's query has for an Authorization header, in base64.
func ntfyAuth(q url.Values) string {
	header, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(q.Get("auth"), "="))
	if err != nil {
		return ""
	}
	return shownSecret(string(header))
}

// callOfTopic finds the hook of a message for ntfy whose topic, which is in the body, is the secret. Only a
// small body is looked at.
func (s *Server) callOfTopic(r *http.Request) (call hookCall, known bool) {
	if r.ContentLength <= 0 || r.ContentLength > smallBody {
		return call, false
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return call, false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var message struct {
		Topic string `json:"topic"`
	}
	if json.Unmarshal(body, &message) != nil {
		return call, false
	}
	call.token, call.secret = s.hookBySecret(message.Topic)
	call.body = body
	return call, call.token != nil
}

// dialectKey finds, in a request's context, the dialect that all requests of its listener are in.
type dialectKey struct{}

// compat answers the requests to a host name, or at a listener, that is there for one dialect alone. Nothing is
// there but hooks, so that whoever knows no secret has nothing of what the other host names protect.
func (s *Server) compat(next http.Handler) http.Handler {
	spoken := func(dialect *hooks.Dialect) http.Handler {
		return s.clientIP(s.handle(func(w http.ResponseWriter, r *http.Request) error { return s.speak(w, r, dialect) }))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := r.Context().Value(dialectKey{}).(string)
		if name == "" {
			name = s.Compat[hostName(r.Host)]
		}
		dialect := hooks.Named(name)
		if dialect == nil {
			next.ServeHTTP(w, r)
			return
		}
		spoken(dialect).ServeHTTP(w, r)
	})
}

// speak answers a request in a dialect, whatever its address.
func (s *Server) speak(w http.ResponseWriter, r *http.Request, dialect *hooks.Dialect) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		w.Header().Set("Allow", "POST, PUT")
		return errMethod
	}
	path := strings.Trim(r.URL.Path, "/")
	if below, ok := strings.CutPrefix(path, strings.Trim(hookPath, "/")+"/"); ok {
		path = below
	}
	call, known := s.callOf(r, path, true)
	if !known {
		call = hookCall{path: path}
	}
	call.dialect = dialect
	return s.takeHookRequest(w, r, call)
}

// WithDialect returns the context of a listener whose requests are all in a dialect.
func WithDialect(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, dialectKey{}, name)
}
