package e2e

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"testing"
	"time"
)

// installPackages copies the files of a folder with a package.json and its lock into a folder of
// its own, and installs there what they name.
func installPackages(t *testing.T, files fs.FS, folder string) (dir string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("left out: there is no npm to install packages with")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	files, err = fs.Sub(files, folder)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(ctx, npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("installing the packages of %s: %v\n%s", folder, err, out)
	}
	return dir
}
