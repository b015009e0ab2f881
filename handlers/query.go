package handlers

import (
	"net/http"
	"net/url"
	"strings"
)

// parameters are those that a query may hold, with whether one may come several times.
// Any other is ignored, since clients and what lies on the way add some of their own.
var parameters = map[string]bool{
	"activity":  false,
	"after":     false,
	"around":    false,
	"before":    false,
	"context":   false,
	"edit":      false,
	"embedded":  false,
	"event":     false,
	"exit":      false,
	"follow":    false,
	"from":      false,
	"heartbeat": false,
	"limit":     false,
	"q":         false,
	"message":   false,
	"ms":        false,
	"open":      false,
	"past":      false,
	"reply":     false,
	"reply_to":  false,
	"room":      true,
	"since":     false,
	"state":     false,
	"thread":    false,
	"theme":     false,
	"title":     false,
	"user_name": false,
	"wait":      false,
	"wall":      false,
}

// query is the query of a request: the values of each parameter, decoded.
type query map[string][]string

// parseQuery reads the query of a request whole, or refuses it: a pair left out because
// it cannot be read would make the request another than its sender meant, such as one
// for the lobby.
func parseQuery(r *http.Request) (query, error) {
	q, err := parseStreamQuery(r)
	if err == nil && q.has("room") { // passed over, it would leave in the lobby what was meant for another room
		err = badField("room", "unknown", "problem.room_parameter")
	}
	return q, err
}

// parseStreamQuery is parseQuery for the addresses that take rooms as parameters.
func parseStreamQuery(r *http.Request) (query, error) {
	if r.URL.RawQuery == "" {
		return nil, nil
	}
	if strings.Contains(r.URL.RawQuery, ";") {
		return nil, malformed("problem.query_semicolon")
	}
	if strings.Count(r.URL.RawQuery, "&") >= maxFields {
		return nil, malformed("problem.query_too_many")
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, malformed("problem.query_escape")
	}
	for name, given := range values {
		if several, known := parameters[name]; known && !several && len(given) > 1 {
			return nil, malformed("problem.parameter_twice", "name", name)
		}
	}
	return query(values), nil
}

// get returns the value of a parameter that comes at most once; an empty one if it was
// left out.
func (q query) get(name string) string {
	if given := q[name]; len(given) > 0 {
		return given[0]
	}
	return ""
}

// has reports whether a parameter was given, with any value or none.
func (q query) has(name string) bool { return len(q[name]) > 0 }

// userName returns the name that the query gives, if it gives one. An empty one is a
// mistake of its sender, such as a variable of a script that was never set.
func (q query) userName() (string, error) {
	if q.has("user_name") && q.get("user_name") == "" {
		return "", badField("user_name", "empty", "problem.parameter_name_empty")
	}
	return q.get("user_name"), nil
}
