package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"plainchat/static"
)

// assets serves the static files. The hash of the whole tree is a folder in their
// addresses: whatever changes, every address changes, so a browser may keep
// what it has forever, and modules find each other by their plain relative names.
type assets struct {
	prefix string // "/static/<hash>/"
	files  map[string]asset
}

// asset is one file, ready to be sent.
type asset struct {
	contentType     string
	plain, squeezed []byte
}

// scriptComment is a line of a script that is a comment alone. It stays behind as an empty line:
// comments would be a quarter of what a first visit loads, and the lines keep their numbers.
var scriptComment = regexp.MustCompile(`(?m)^[ \t]*//.*$`)

func newAssets() (*assets, error) {
	a := &assets{files: make(map[string]asset)}
	sum := sha256.New()
	err := fs.WalkDir(static.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := static.FS.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".js" {
			content = scriptComment.ReplaceAll(content, nil)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
		a.files[name], err = newAsset(name, content)
		return err
	})
	if err != nil {
		return nil, err
	}
	for page, sheets := range pageStyles {
		if err := a.join(styleSheet(page), slices.Concat(sharedStyles, sheets)); err != nil {
			return nil, err
		}
	}
	fmt.Fprint(sum, sharedStyles, pageStyles)
	a.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil))[:16] + "/"
	return a, nil
}

// sharedStyles come first on every page: each relies on those before it.
var sharedStyles = []string{"colors", "tokens", "base", "button", "field"}

// pageStyles are the components of each page.
var pageStyles = map[string][]string{
	"room":    {"page", "header", "settings", "banner", "timeline", "message", "changes", "actions", "welcome", "composer"},
	"problem": {"composer", "problem"},
	"search":  {"search"},
	"link":    {"link"},
}

// styleSheet is the file that has all style sheets of a page: a browser waits for them, and
// one answer is there sooner than many.
func styleSheet(page string) string { return "css/page/" + page + ".css" }

// join makes a file of style sheets.
func (a *assets) join(name string, sheets []string) (err error) {
	var all []byte
	for _, sheet := range sheets {
		file, ok := a.files["css/"+sheet+".css"]
		if !ok {
			return fmt.Errorf("handlers: there is no style sheet %s", sheet)
		}
		all = append(all, file.plain...)
	}
	a.files[name], err = newAsset(name, all)
	return err
}

// styles returns the style sheet of a page.
func (a *assets) styles(page string) (string, error) { return a.address(styleSheet(page)) }

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

// addresses returns where all files of a folder are served, sorted.
func (a *assets) addresses(folder string) []string {
	var all []string
	for name := range a.files {
		if path.Dir(name) == folder {
			all = append(all, a.prefix+name)
		}
	}
	slices.Sort(all)
	return all
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
	a.files["favicon.svg"].serve(w, r)
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
