package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is what was built, as git describes it; set by the linker (make build, and the
// image). Empty where the Go tool is to know.
var version string

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(_ context.Context, std stdio) error {
	_, err := fmt.Fprintln(std.out, programVersion())
	return err
}

// programVersion tells what was built: by name if the linker was given one, else as the
// version of the module, or the commit.
func programVersion() string {
	return fmt.Sprintf("plainchat %s, %s %s/%s", cmp.Or(version, builtVersion(), "(devel)"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// builtVersion is what the Go tool knows of the version; "" if nothing.
func builtVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return ""
}
