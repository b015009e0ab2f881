//go:build linux

package engines

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"plainchat/e2e/internal/running"
)

// loadLater: what is loaded when it is needed first may be missing then, twice: the person is told, and
// it is there once it can be had. Engines differ in what they remember of a module that was missing.
func loadLater(t *testing.T, b browser, s *running.Server) {
	var missing atomic.Bool
	front := frontOf(t, s, func(w http.ResponseWriter, r *http.Request) bool {
		if !missing.Load() || !strings.Contains(r.URL.Path, "/js/help-") {
			return false
		}
		w.Header().Set("Content-Type", "text/javascript") // or Firefox complains of another type
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	p := come(t, b.person(t), front+"/rooms/tea", "Ann")
	const notice = `document.querySelector("#notice").textContent`
	missing.Store(true)
	p.click("#menu > summary")
	for range 2 {
		p.click("#help")
		p.await(notice + `.includes("could not be loaded")`)
		eval[bool](p, `(document.querySelector("#notice").textContent = "") === ""`)
	}
	missing.Store(false)
	p.click("#help")
	p.await(`document.querySelector(".help[open]") !== null`)
	p.click(".dialog-close")
	p.await(`document.querySelector(".help") === null && document.activeElement.matches("#menu > summary")`)
}

// frontOf is the address of a proxy in front of the program, in whose place instead may answer.
func frontOf(t *testing.T, s *running.Server, instead func(http.ResponseWriter, *http.Request) bool) string {
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	pass.FlushInterval = -1
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !instead(w, r) {
			pass.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections)
	return front.URL
}
