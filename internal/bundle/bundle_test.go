package bundle

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var sources = fstest.MapFS{
	"js/app.js":       {Data: []byte(`import words from "plainchat:words"; import { shared } from "./shared.js"; console.log(words.hello, shared); addEventListener("click", () => import("./late/late.js"));`)},
	"js/shared.js":    {Data: []byte("// Why.\nexport const shared = location.href;")},
	"js/late/late.js": {Data: []byte(`import { shared } from "../shared.js"; console.log("late", shared);`)},
	"js/theme.js":     {Data: []byte(`"use strict"; document.title = "x";`)},
	"css/page.css":    {Data: []byte("@import \"base.css\";\n.a { color: red; }")},
	"css/base.css":    {Data: []byte("/* Why. */ .b { color: light-dark(red, blue); }")},
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

func TestModules(t *testing.T) {
	files := build(t, Options{Entries: []string{"js/app.js"}, Split: true, Suffix: ".en", Modules: map[string]any{"words": map[string]string{"hello": "안녕"}}})
	app, ok := files["js/app.en.js"]
	if !ok || len(files) != 3 {
		t.Fatalf("the files are %v", files)
	}
	for _, want := range []string{"안녕", `import("./late-`} {
		if !strings.Contains(string(app.Content), want) {
			t.Errorf("app.js lacks %s: %s", want, app.Content)
		}
	}
	if len(app.Imports) != 1 || !strings.HasPrefix(string(files[app.Imports[0]].Content), "var") {
		t.Errorf("app.js imports %q", app.Imports)
	}
	for name := range files {
		if strings.Contains(name, "late") && slices.Contains(app.Imports, name) {
			t.Error("what is loaded later is loaded at once")
		}
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
