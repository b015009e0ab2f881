package hooks

import (
	"net/http"
	"net/url"
)

// request is one with a type and a query.
func request(method, path, kind, query string, body []byte) *Request {
	q, _ := url.ParseQuery(query) // what can be read of it
	return &Request{
		Method: method, Path: path, Header: http.Header{"Content-Type": {kind}}, Query: q, Body: body, Secret: secret,
	}
}
