package handlers

import (
	"net/http"
	"strings"
)

// sendUsage answers how to use the server, for those who ask with curl.
func (s *Server) sendUsage(w http.ResponseWriter, r *http.Request) error {
	language := languageOf(r)
	inLanguage(w, language)
	return writeText(w, strings.ReplaceAll(language.Usage, "BASE", s.baseURL(r)))
}
