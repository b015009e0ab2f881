package handlers

import (
	"net/http"
	"testing"
)

// What a stream is asked for is understood, or refused by name; never passed over.
func TestStreamParametersAreStrict(t *testing.T) {
	_, server := newDocumented(t, 0)
	for target, want := range map[string]int{
		"/events":                                 http.StatusOK,
		"/events?heartbeat=event":                 http.StatusOK,
		"/rooms/tea/events?heartbeat=event":       http.StatusOK,
		"/events?heartbeat":                       http.StatusUnprocessableEntity,
		"/events?heartbeat=":                      http.StatusUnprocessableEntity,
		"/events?heartbeat=Event":                 http.StatusUnprocessableEntity,
		"/events?heartbeat=comment":               http.StatusUnprocessableEntity,
		"/events?event=message":                   http.StatusOK,
		"/events?event=message&heartbeat=event":   http.StatusOK,
		"/events?event=":                          http.StatusUnprocessableEntity,
		"/events?event=my+response":               http.StatusUnprocessableEntity,
		"/events?heartbeat=event&heartbeat=event": http.StatusBadRequest,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			res := exchange{method: method, target: target}.answer(t, server.URL)
			if res.StatusCode != want {
				t.Errorf("%s %s: %s, want %d", method, target, res.Status, want)
			}
			if res.StatusCode == http.StatusOK && res.Header.Get("Cache-Control") != "no-store, no-transform" {
				t.Errorf("%s %s: Cache-Control is %q", method, target, res.Header.Get("Cache-Control"))
			}
		}
	}
}
