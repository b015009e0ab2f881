package handlers

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
)

func testAssets(t *testing.T) *assets {
	t.Helper()
	a, err := theAssets()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(h http.Handler, address, acceptEncoding string) *http.Response {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestEveryAssetIsServed(t *testing.T) {
	a := testAssets(t)
	if len(a.files) == 0 {
		t.Fatal("there are no static files")
	}
	for name, file := range a.files {
		plain, squeezed := get(a, a.prefix+name, ""), get(a, a.prefix+name, "br, gzip")
		content, err := io.ReadAll(plain.Body)
		if err != nil || string(content) != string(file.plain) {
			t.Errorf("%s: other content than the file (%v)", name, err)
		}
		unzip, err := gzip.NewReader(squeezed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		content, err = io.ReadAll(unzip)
		if err != nil || string(content) != string(file.plain) {
			t.Errorf("%s: other content once decompressed (%v)", name, err)
		}
		for _, resp := range []*http.Response{plain, squeezed} {
			if got := resp.Header.Get("Content-Type"); got != contentTypes[path.Ext(name)] {
				t.Errorf("%s is sent as %q", name, got)
			}
			if got := resp.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("%s: Cache-Control is %q", name, got)
			}
			if got := resp.Header.Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("%s: Vary is %q", name, got)
			}
		}
	}
}

func TestUnknownAssets(t *testing.T) {
	a := testAssets(t)
	for _, address := range []string{
		"/static/", "/static/js/app.js", "/static/0000000000000000/js/app.js",
		a.prefix, a.prefix + "js", a.prefix + "js/nothing.js", a.prefix + "static.go", a.prefix + "../static.go",
	} {
		resp := get(a, address, "")
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", address, resp.Status)
		}
		if strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: its absence would be kept forever", address)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "br": false, "gzip": true, "br, gzip": true, "gzip;q=0.5": true, "gzip; q=1": true,
		"gzip;q=0": false, "gzip; q=0.000": false, "xgzip": false, "gzip;Q=0": false, "gzip;q=NaN": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("acceptsGzip(%q) = %v", header, got)
		}
	}
}

func TestFaviconAtItsGuessedAddress(t *testing.T) {
	w := httptest.NewRecorder()
	testAssets(t).favicon(w, httptest.NewRequest(http.MethodGet, "/favicon.ico", nil))
	if got := w.Header().Get("Content-Type"); got != "image/svg+xml" || w.Body.Len() == 0 {
		t.Errorf("the icon is %d bytes of %q", w.Body.Len(), got)
	}
}
