package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"plainchat/static"
)

// openModules returns an empty page that can import the modules of the scripts by their names:
// those that are pure functions are tried by themselves.
func openModules(t *testing.T) *page {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/js/", http.FileServerFS(static.FS))
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>modules</title><link rel="icon" href="data:,">`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p := newPage(t)
	p.do(chromedp.Navigate(server.URL))
	return p
}
