package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"plainchat/internal/bundle"
	"plainchat/locale"
	"plainchat/static"
)

// assets serves the static files. The hash of the whole tree is a folder in their
// addresses: whatever changes, every address changes, so a browser may keep
// what it has forever, and modules find each other by their plain relative names.
type assets struct {
	prefix  string // "/static/<hash>/"
	files   map[string]asset
	imports map[string][]string // what each script imports at once
}

// asset is one file, ready to be sent.
type asset struct {
	contentType     string
	plain, squeezed []byte
}

// pageScripts are the modules that pages begin with, by the name that {{script}} is given. They are
// joined once for each language, since the words are part of them.
var pageScripts = []string{"app"}

// loneScripts share nothing with others: classic scripts, and that of a worker.
var loneScripts = []string{"js/theme.js", "js/times.js", "js/live.js", "js/switchboard-worker.js"}

// theAssets are the same for all servers of a process.
var theAssets = sync.OnceValues(newAssets)

// JoinAssets does what New would otherwise begin with, and takes some 50 ms of a processor. It may
// run beside New, and any number of times.
func JoinAssets() { _, _ = theAssets() } // New returns the error

// newAssets joins the sources into what the pages load, in each language.
func newAssets() (*assets, error) {
	builds, err := assetBuilds()
	if err != nil {
		return nil, err
	}
	var group errgroup.Group
	made := make([][]bundle.File, len(builds))
	for i, build := range builds {
		group.Go(func() (err error) {
			made[i], err = bundle.Build(build)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	a := &assets{files: make(map[string]asset), imports: make(map[string][]string)}
	for _, file := range slices.Concat(made...) {
		if err := a.add(file.Name, file.Content); err != nil {
			return nil, err
		}
		a.imports[file.Name] = file.Imports
	}
	for _, name := range icons {
		content, err := static.FS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := a.add(name, content); err != nil {
			return nil, err
		}
	}
	a.name()
	return a, nil
}

// assetBuilds returns what is joined with what. Each file of css/page is the style sheet of a page.
func assetBuilds() ([]bundle.Options, error) {
	sheets, err := fs.Glob(static.FS, "css/page/*.css")
	if err != nil {
		return nil, err
	}
	builds := []bundle.Options{{Files: static.FS, Entries: slices.Concat(loneScripts, sheets)}}
	for _, c := range locale.All {
		for _, name := range pageScripts {
			builds = append(builds, bundle.Options{
				Files: static.FS, Entries: []string{scriptFile(name, "")}, Split: true, Suffix: "." + c.Lang, Modules: map[string]any{"words": c.Page()},
			})
		}
	}
	return builds, nil
}

// scriptFile is the source of a page's script or, with the suffix of a language, what it became.
func scriptFile(name, suffix string) string { return "js/" + name + suffix + ".js" }

const icon = "favicon.svg"

// icons are served as they are.
var icons = []string{icon, "favicon-unread.svg"}

func (a *assets) add(name string, content []byte) (err error) {
	a.files[name], err = newAsset(name, content)
	return err
}

// name gives the files their address.
func (a *assets) name() {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		content := a.files[name].plain
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	a.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil))[:16] + "/"
}

// styles returns the style sheet of a page: a browser waits for it, and one answer is there sooner
// than many.
func (a *assets) styles(page string) (string, error) { return a.address("css/page/" + page + ".css") }

// script returns the script of a page in a language.
func (a *assets) script(name, lang string) (string, error) {
	return a.address(scriptFile(name, "."+lang))
}

// modules returns what the script imports at once. Named in the page, they load beside it.
func (a *assets) modules(name, lang string) []string {
	var all []string
	for _, each := range a.imports[scriptFile(name, "."+lang)] {
		all = append(all, a.prefix+each)
	}
	return all
}

// contentTypes are spelled out, since what the operating system says of .js
// differs from machine to machine, and nosniff makes browsers refuse the rest.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func newAsset(name string, content []byte) (asset, error) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return asset{}, fmt.Errorf("handlers: no content type for static file %s", name)
	}
	var squeezed bytes.Buffer
	w, err := gzip.NewWriterLevel(&squeezed, gzip.BestCompression)
	if err != nil {
		return asset{}, err
	}
	if _, err := w.Write(content); err != nil {
		return asset{}, err
	}
	if err := w.Close(); err != nil { // writes what it held back
		return asset{}, err
	}
	return asset{contentType, content, squeezed.Bytes()}, nil
}

// address returns where a file is served.
func (a *assets) address(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("handlers: there is no static file %s", name)
	}
	return a.prefix + name, nil
}

// ServeHTTP answers with a file; 404 to a name or hash that is not of this build.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, a.prefix)
	file, known := a.files[name]
	if !ok || !known {
		w.Header().Set("Cache-Control", "no-store")
		inLanguage(w, languageOf(r))
		http.Error(w, languageOf(r).Text("problem.no_file"), http.StatusNotFound)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	file.serve(w, r)
}

// favicon serves the icon at the address that browsers guess. That one has no
// hash in it, so it is not kept for long.
func (a *assets) favicon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	a.files[icon].serve(w, r)
}

func (f asset) serve(w http.ResponseWriter, r *http.Request) {
	body := f.plain
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		body = f.squeezed
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body) // the client has gone
}
