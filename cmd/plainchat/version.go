package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(_ context.Context, std stdio) error {
	_, err := fmt.Fprintln(std.out, programVersion())
	return err
}

// programVersion is the version of the module, or of the commit it was built from.
func programVersion() string {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" && version == "(devel)" {
				version = setting.Value
			}
		}
	}
	return fmt.Sprintf("plainchat %s, %s %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
