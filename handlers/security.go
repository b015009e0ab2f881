package handlers

import "net/http"

// securityHeaders are on every answer, those to nobody's page too: whatever a browser is
// made to load from here, it is to take for no more than it is.
var securityHeaders = map[string]string{
	headerCSP:                contentPolicy("'none'"),
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy":        "same-origin",
	// Pages of other sites can neither load what is here nor hold on to a window of it.
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	// A chat needs none of these. It does write to the clipboard.
	"Permissions-Policy": "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
}

const headerCSP = "Content-Security-Policy"

// contentPolicy is the policy of a page that the sites of a list may show in a frame. The page
// loads from this server alone, and runs nothing that stands in the page itself. What it makes a
// script's address of goes through the one policy it has.
func contentPolicy(ancestors string) string {
	return "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors " + ancestors + "; " +
		"object-src 'none'; require-trusted-types-for 'script'; trusted-types plainchat"
}

// strictTransport has browsers come back by HTTPS for a year, to this name alone.
const strictTransport = "max-age=31536000"

// secure sets the security headers.
func (s *Server) secure(next http.Handler) http.Handler {
	type field struct {
		name   string
		values []string // Header.Set would allocate it anew for each request
	}
	var fields []field
	for name, value := range securityHeaders {
		fields = append(fields, field{name, []string{value}})
	}
	strict, noReferrer := []string{strictTransport}, []string{"no-referrer"}
	proxied := s.PublicURL != nil && s.PublicURL.Scheme == "https"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for i := range fields {
			h[fields[i].name] = fields[i].values
		}
		if mayHaveSecret(r.URL.Path) {
			h["Referrer-Policy"] = noReferrer
		}
		if proxied || r.TLS != nil {
			h["Strict-Transport-Security"] = strict
		}
		next.ServeHTTP(w, r)
	})
}
