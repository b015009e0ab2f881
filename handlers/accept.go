package handlers

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Media types that a client may ask for.
const (
	typeHTML   = "text/html"
	typeText   = "text/plain"
	typeNDJSON = "application/x-ndjson"
)

// wantsHTML reports whether the client is a browser: it names text/html in its
// Accept header, and likes it no less than plain text. The */* of curl is not
// enough.
func wantsHTML(r *http.Request) bool {
	html := quality(r, typeHTML)
	return html > 0 && html >= quality(r, typeText)
}

// quality returns the weight (RFC 9110, section 12.4.2) that the Accept header
// gives a media type which it names outright; 0 if it does not.
func quality(r *http.Request, mediaType string) float64 {
	for element := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		name, params, err := mime.ParseMediaType(element)
		if err != nil || name != mediaType {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			return q
		}
		return 1
	}
	return 0
}
