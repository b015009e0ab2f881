package bundle

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var sources = fstest.MapFS{
	"js/app.js":        {Data: []byte(`import words from "plainchat:words"; import { shared } from "./shared.js"; import { other } from "./other.js"; console.log(words.hello, shared, other); addEventListener("click", () => { import("./late/late.js"); import("./late/later.js"); });`)},
	"js/shared.js":     {Data: []byte("// Why.\nexport const shared = location.href;")},
	"js/other.js":      {Data: []byte("export const other = location.hash;")},
	"js/late/later.js": {Data: []byte(`import { shared } from "../shared.js"; import { other } from "../other.js"; export const later = [shared, other];`)},
	"js/late/late.js":  {Data: []byte(`import { shared } from "../shared.js"; console.log("late", shared);`)},
	"js/theme.js":      {Data: []byte(`"use strict"; document.title = "x";`)},
	"css/page.css":     {Data: []byte("@import \"base.css\";\n.a { color: red; }")},
	"css/base.css":     {Data: []byte("/* Why. */ .b { color: light-dark(red, blue); }")},
}

func build(t *testing.T, o Options) map[string]File {
	t.Helper()
	o.Files = sources
	files, err := Build(o)
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]File)
	for _, f := range files {
		byName[f.Name] = f
	}
	return byName
}

// However many modules are loaded late, and whatever they share, a page begins with two files.
func TestModules(t *testing.T) {
	files := build(t, Options{Entries: []string{"js/app.js"}, Split: true, Suffix: ".en", Modules: map[string]any{"words": map[string]string{"hello": "안녕"}}})
	app, ok := files["js/app.en.js"]
	if !ok || len(files) != 4 || len(app.Imports) != 1 {
		t.Fatalf("the files are %v", files)
	}
	shared := files[app.Imports[0]]
	for _, want := range []string{"안녕", `import("./late-`, `import("./later-`} {
		if !strings.Contains(string(shared.Content), want) {
			t.Errorf("what app.js imports lacks %s: %s", want, shared.Content)
		}
	}
	for name, file := range files {
		if strings.Contains(name, "late") && (slices.Contains(app.Imports, name) || !slices.Equal(file.Imports, app.Imports)) {
			t.Errorf("%s, which is loaded late, imports %q", name, file.Imports)
		}
	}
}

func TestOnlyOneEntryIsSplit(t *testing.T) {
	if _, err := Build(Options{Files: sources, Entries: []string{"js/app.js", "js/theme.js"}, Split: true}); err == nil {
		t.Error("two entries were split")
	}
}

func TestClassicScript(t *testing.T) {
	files := build(t, Options{Entries: []string{"js/theme.js"}})
	if got := string(files["js/theme.js"].Content); !strings.Contains(got, "document.title") || strings.Contains(got, "export") {
		t.Errorf("theme.js is %s", got)
	}
}

func TestStyleSheet(t *testing.T) {
	files := build(t, Options{Entries: []string{"css/page.css"}})
	got := string(files["css/page.css"].Content)
	if strings.Contains(got, "Why") || strings.Contains(got, "@import") || strings.Index(got, ".b") > strings.Index(got, ".a") {
		t.Errorf("the style sheet is %s", got)
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	files := fstest.MapFS{"js/app.js": {Data: []byte("\nimport './none.js';")}}
	if _, err := Build(Options{Files: files, Entries: []string{"js/app.js"}}); err == nil || !strings.Contains(err.Error(), "js/app.js:2") {
		t.Errorf("the error is %v", err)
	}
}
