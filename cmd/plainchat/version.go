package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version of the module, or of the commit it was built from.
func (versionCmd) Run(_ context.Context, std stdio) error {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" && version == "(devel)" {
				version = setting.Value
			}
		}
	}
	_, err := fmt.Fprintf(std.out, "plainchat %s, %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
