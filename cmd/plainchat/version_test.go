package main

import (
	"strings"
	"testing"
)

// TestVersionOfTheLinker: what the linker was given is what is told.
func TestVersionOfTheLinker(t *testing.T) {
	defer func(before string) { version = before }(version)
	version = "v1.2.3-4-gabcdef0"
	if got := programVersion(); !strings.HasPrefix(got, "plainchat v1.2.3-4-gabcdef0, go") {
		t.Errorf("got %q", got)
	}
}
