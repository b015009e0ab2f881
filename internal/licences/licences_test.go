package licences

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestVersions: the versions are those of go.mod, so that a module that is brought up
// to date brings its licence along.
func TestVersions(t *testing.T) {
	modules, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^(\S+) (v\S+)  https://proxy\.golang\.org/`).FindAllStringSubmatch(Text, -1)
	if len(named) == 0 {
		t.Fatal("no modules are named")
	}
	for _, m := range named {
		path, version := m[1], m[2]
		if !requires(string(modules), path, version) {
			t.Errorf("go.mod does not require %s %s; run make licences", path, version)
		}
	}
}

// requires reports whether go.mod requires a module, or the one that path is a folder in.
func requires(modules, path, version string) bool {
	for ; path != ""; path = path[:max(0, strings.LastIndexByte(path, '/'))] {
		if strings.Contains(modules, "\t"+path+" "+version+"\n") ||
			strings.Contains(modules, "\t"+path+" "+version+" // indirect\n") {
			return true
		}
	}
	return false
}

// TestObligations: what a licence asks of those who pass the program on is there.
func TestObligations(t *testing.T) {
	for _, part := range []string{
		"MIT License\n\nCopyright (c) 2026 The plainchat authors",
		"Mozilla Public License, version 2.0", "https://proxy.golang.org/github.com/r3labs/sse/v2/@v/",
		"Apache License\n", "Prometheus instrumentation library for Go applications\n", // its NOTICE
		"Copyright 2009 The Go Authors.",
	} {
		if !strings.Contains(Text, part) {
			t.Errorf("%q is missing", part)
		}
	}
}
