package handlers

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// asked is a request with a query as it was sent.
func asked(raw string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/events", nil)
	r.URL.RawQuery = raw
	return r
}

func TestParseQuery(t *testing.T) {
	for raw, want := range map[string]query{
		"":                              nil,
		"since=all&user_name=Mina+Ro":   {"since": {"all"}, "user_name": {"Mina Ro"}},
		"room=tea&room=%EB%B0%A9":       {"room": {"tea", "방"}},
		"follow":                        {"follow": {""}},
		"&&since=10m&":                  {"since": {"10m"}},
		"utm=1&utm=2&_=3&Room=tea":      {"utm": {"1", "2"}, "_": {"3"}, "Room": {"tea"}},
		"user%5fname=a%3Bb%26c%3Dd%25e": {"user_name": {"a;b&c=d%e"}},
	} {
		if got, err := parseStreamQuery(asked(raw)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %v, %v; want %v", raw, got, err, want)
		}
	}
}

// FuzzQuery: a query is read whole, as it was written, or refused.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"room=secret%zz", "since=all;room=tea", "room=a&room=%zz", "user_name=A&user_name=B", "user%5Fname=A&user_name=B",
		"follow", "=", "&", "%", "%00=%ff", "since=2026-01-31T09:00:00+09:00", "room=%EB%B0%A9&utm=1&utm=2", "limit=&limit",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseStreamQuery(asked(raw))
		if err != nil {
			if q != nil || problemOf(err).Status != http.StatusBadRequest {
				t.Errorf("%q: %v and %v", raw, q, err)
			}
			return
		}
		for name, several := range parameters {
			if !several && len(q[name]) > 1 {
				t.Errorf("%q has %d times %s", raw, len(q[name]), name)
			}
		}
		pairs := 0
		for pair := range strings.SplitSeq(raw, "&") {
			if pair != "" {
				pairs++
			}
		}
		for _, given := range q {
			pairs -= len(given)
		}
		if pairs != 0 {
			t.Errorf("%d pairs of %q are missing from %v", pairs, raw, q)
		}
		if again, err := parseStreamQuery(asked(url.Values(q).Encode())); err != nil || !maps.EqualFunc(again, q, func(a, b []string) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%q is read as %v, and that as %v, %v", raw, q, again, err)
		}
	})
}

// TestDocumentHasEveryParameter: no parameter is read that openapi.yaml does not describe,
// nor the other way about; and they agree on which may come several times.
func TestDocumentHasEveryParameter(t *testing.T) {
	described := make(map[string]bool)
	for _, item := range loadDocument(t).Paths.Map() {
		for _, operation := range item.Operations() {
			for _, p := range append(item.Parameters, operation.Parameters...) {
				if p.Value.In == openapi3.ParameterInQuery {
					described[p.Value.Name] = p.Value.Schema.Value.Type.Is(openapi3.TypeArray)
				}
			}
		}
	}
	if !maps.Equal(described, parameters) {
		t.Errorf("read: %v\ndescribed: %v", parameters, described)
	}
}
