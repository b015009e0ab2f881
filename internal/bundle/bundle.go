// Package bundle joins the modules and style sheets of the pages, as a browser would load them,
// into few small files. It is done when the program starts, from the sources that it carries:
// there is no build step. esbuild is imported here alone.
package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Options says what is joined.
type Options struct {
	Files   fs.FS    // the sources
	Entries []string // the files in it to begin with, such as "js/app.js"
	// Modules are what scripts import by names that no file has, as JSON: of "words", imported as
	// "plainchat:words", the value is the default export.
	Modules map[string]any
	// Split has the one entry become a module: what it imports by import() alone is in files of its
	// own, and all else in one that they share. What import() leads to has no default export.
	// Without Split each entry is a script that stands alone, and may be a classic one.
	Split  bool
	Suffix string // ends the names of the files for the entries, before the extension
}

// File is one that was made.
type File struct {
	Name    string // that of its entry or, of another, one that has its hash
	Content []byte
	Imports []string // the names of the files that it needs at once, with what those need
}

// targets are the browsers for which newer syntax is written in older one.
var targets = []api.Engine{
	{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "114"}, {Name: api.EngineSafari, Version: "16.4"},
}

// Build joins what the entries import, and makes it small.
func Build(o Options) ([]File, error) {
	if o.Split && len(o.Entries) != 1 {
		return nil, errors.New("bundle: what is split has one entry")
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: o.entries(),

		ChunkNames: "js/[name]-[hash]",
		Outdir:     "/",
		Bundle:     true,
		Splitting:  o.Split,
		Format:     o.format(),
		Engines:    targets,
		Metafile:   true,

		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Charset:  api.CharsetUTF8,
		LogLevel: api.LogLevelSilent, // what is wrong is returned
		Plugins:  []api.Plugin{{Name: "plainchat", Setup: o.find}},
	})
	if len(result.Errors) > 0 {
		return nil, asError(result.Errors)
	}
	imports, err := importsOf(result.Metafile)
	if err != nil {
		return nil, err
	}
	files := make([]File, len(result.OutputFiles))
	for i, file := range result.OutputFiles {
		name := nameOf(file.Path)
		files[i] = File{name, file.Contents, imports.all(name)}
	}
	return files, nil
}

func (o Options) entries() []api.EntryPoint {
	points := make([]api.EntryPoint, len(o.Entries))
	for i, name := range o.Entries {
		points[i] = api.EntryPoint{InputPath: name, OutputPath: strings.TrimSuffix(name, path.Ext(name)) + o.Suffix}
	}
	return points
}

func (o Options) format() api.Format {
	if o.Split {
		return api.FormatESModule
	}
	return api.FormatIIFE
}

// nameOf is the name of a file that esbuild would have written.
func nameOf(outputPath string) string {
	return strings.TrimLeft(strings.ReplaceAll(strings.TrimPrefix(outputPath, `C:`), `\`, "/"), "/")
}

// imports is what each file imports.
type imports map[string][]string

func importsOf(metafile string) (imports, error) {
	var meta struct {
		Outputs map[string]struct {
			Imports []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	all := make(imports)
	for output, made := range meta.Outputs {
		for _, each := range made.Imports {
			if each.Kind == "import-statement" {
				all[path.Base(output)] = append(all[path.Base(output)], "js/"+path.Base(each.Path))
			}
		}
	}
	return all, nil
}

// all is what a file imports, and what that imports.
func (i imports) all(name string) (all []string) {
	for _, each := range i[path.Base(name)] {
		all = append(append(all, each), i.all(each)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// find tells esbuild where what is imported is, and what it is.
func (o Options) find(build api.PluginBuild) {
	// What is loaded late needs the entry, which is there by then. Otherwise esbuild would make a file
	// of what each combination of late modules shares with the entry, and a page load all of these.
	const virtual, file, late = "plainchat", "file-of-plainchat", "late"
	build.OnResolve(api.OnResolveOptions{Filter: "^" + virtual + ":"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: strings.TrimPrefix(args.Path, virtual+":"), Namespace: virtual}, nil
	})
	build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		name := args.Path
		if args.Kind != api.ResolveEntryPoint && args.Namespace != late {
			name = path.Join(path.Dir(args.Importer), args.Path)
		}
		if args.Kind == api.ResolveJSDynamicImport {
			return api.OnResolveResult{Path: name, Namespace: late}, nil
		}
		return api.OnResolveResult{Path: name, Namespace: file}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: late}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		content := fmt.Sprintf("import %q; export * from %q;", o.Entries[0], args.Path)
		return api.OnLoadResult{Contents: &content, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: virtual}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		value, ok := o.Modules[args.Path]
		if !ok {
			return api.OnLoadResult{}, fmt.Errorf("there is no module %s", args.Path)
		}
		data, err := json.Marshal(value)
		content := string(data)
		return api.OnLoadResult{Contents: &content, Loader: api.LoaderJSON}, err
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: file}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		data, err := fs.ReadFile(o.Files, args.Path)
		content := string(data)
		return api.OnLoadResult{Contents: &content, Loader: loaders[path.Ext(args.Path)]}, err
	})
}

var loaders = map[string]api.Loader{".js": api.LoaderJS, ".css": api.LoaderCSS}

func asError(messages []api.Message) error {
	var all []error
	for _, m := range messages {
		if m.Location != nil {
			all = append(all, fmt.Errorf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text))
		} else {
			all = append(all, errors.New(m.Text))
		}
	}
	return fmt.Errorf("bundle: %w", errors.Join(all...))
}
