// Licences writes the file of licences that the program carries: its own, and those of
// all that is linked into it on any system that it is compiled for. It reads them from
// Go's module cache, in the folders of the packages and above them. From this folder's
// module:
//
//	go run ./licences ../internal/licences/licences.txt
//	go run ./licences -check ../internal/licences/licences.txt
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// systems are those whose dependencies differ.
var systems = []string{"linux", "darwin", "windows"}

// licenceFile matches the names of the files that go with a copy of a program.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents)([-_.].*)?$`)

const preamble = `The licences and notices of plainchat and of everything that is linked into it.
Above each text are the works that it goes with, and where their source can be had.
`

func main() {
	check := flag.Bool("check", false, "only fail if the file is not as it should be")
	flag.Parse()
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintf(os.Stderr, "licences: %v\n", err)
		os.Exit(1)
	}
}

func run(file string, check bool) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	works, err := linked(root)
	if err != nil {
		return err
	}
	text := document(works)
	if !check {
		return os.WriteFile(file, text, 0o644)
	}
	have, err := os.ReadFile(file)
	if err == nil && !bytes.Equal(have, text) {
		err = errors.New(file + " is not what is linked any more; run make licences")
	}
	return err
}

// work is something that has licences: a module, or a part of one that came from elsewhere.
type work struct {
	name, source string
	licences     []string // the text of each of its files
}

// listed is what go list tells of a package.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// linked returns the program, Go itself, and every work that is linked into the program.
func linked(root string) ([]work, error) {
	var packages []listed
	for _, system := range systems {
		more, err := list(root, system)
		if err != nil {
			return nil, err
		}
		packages = append(packages, more...)
	}
	works := []work{{name: "plainchat"}, {name: "Go's standard library and runtime", source: "https://go.dev/dl/"}}
	goroot, err := exec.Command("go", "env", "GOROOT").Output() // not of this program, which may be built with -trimpath
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	dirs := []string{root, strings.TrimSpace(string(goroot))}
	for _, p := range packages {
		if p.Standard || p.Module.Main {
			continue
		}
		for dir := p.Dir; strings.HasPrefix(dir, p.Module.Dir); dir = filepath.Dir(dir) {
			if !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
				name := p.Module.Path + filepath.ToSlash(dir[len(p.Module.Dir):]) + " " + p.Module.Version
				works = append(works, work{name: name, source: source(p.Module.Path, p.Module.Version)})
			}
		}
	}
	for i, dir := range dirs {
		var err error
		if works[i].licences, err = readLicences(dir); err != nil {
			return nil, err
		}
		ofModule := func(p listed) bool { return p.Module != nil && p.Module.Dir == dir }
		if works[i].licences == nil && slices.ContainsFunc(packages, ofModule) {
			return nil, fmt.Errorf("%s has no licence", works[i].name)
		}
	}
	slices.SortFunc(works[2:], func(a, b work) int { return strings.Compare(a.name, b.name) })
	return works, nil
}

// list returns the packages that are linked into the program on a system.
func list(root, system string) ([]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Standard,Module", "./cmd/plainchat")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := decoder.Decode(&p); {
		case err == io.EOF:
			return packages, nil
		case err != nil:
			return nil, err
		}
		packages = append(packages, p)
	}
}

// source is where the source of a version of a module can be had, by the rules of
// Go's module proxies.
func source(module, version string) string {
	var escaped strings.Builder
	for _, r := range module {
		if unicode.IsUpper(r) {
			escaped.WriteByte('!')
			r = unicode.ToLower(r)
		}
		escaped.WriteRune(r)
	}
	return "https://proxy.golang.org/" + escaped.String() + "/@v/" + version + ".zip"
}

// readLicences returns the texts of a folder's licence files.
func readLicences(dir string) (texts []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, clean(string(text)))
	}
	return texts, nil
}

// clean leaves out what differs between copies of one text: ends of lines, and blank
// lines around it.
func clean(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// document is the file: each text once, below the names of all works that have it.
func document(works []work) []byte {
	b := bytes.NewBufferString(preamble)
	seen := make(map[string]bool)
	for _, w := range works {
		for _, text := range w.licences {
			if seen[text] {
				continue
			}
			seen[text] = true
			fmt.Fprintf(b, "\n%s\n", strings.Repeat("=", 80))
			for _, same := range works {
				if slices.Contains(same.licences, text) {
					fmt.Fprintln(b, strings.TrimSpace(same.name+"  "+same.source))
				}
			}
			fmt.Fprintf(b, "%s\n\n%s\n", strings.Repeat("-", 80), text)
		}
	}
	return b.Bytes()
}
