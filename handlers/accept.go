package handlers

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Media types that a client may ask for, or send.
const (
	typeHTML   = "text/html"
	typeText   = "text/plain"
	typeNDJSON = "application/x-ndjson"
	typeForm   = "application/x-www-form-urlencoded"
)

// wantsHTML reports whether the client is a browser: it names text/html in its
// Accept header, and likes it no less than plain text. The */* of curl is not
// enough.
func wantsHTML(r *http.Request) bool {
	html := quality(r, typeHTML)
	return html > 0 && html >= quality(r, typeText)
}

// acceptsGzip reports whether the client takes a body that is compressed.
func acceptsGzip(r *http.Request) bool {
	return weight(r.Header.Values("Accept-Encoding"), "gzip") > 0
}

// quality returns the weight of a media type in the Accept header.
func quality(r *http.Request, mediaType string) float64 {
	return weight(r.Header.Values("Accept"), mediaType)
}

// weight returns what a list of preferences (RFC 9110, section 12.4.2) gives something
// that it names outright; 0 if it does not.
func weight(preferences []string, wanted string) float64 {
	for element := range strings.SplitSeq(strings.Join(preferences, ","), ",") {
		name, params, err := mime.ParseMediaType(element)
		if err != nil || name != wanted {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			return q
		}
		return 1
	}
	return 0
}
