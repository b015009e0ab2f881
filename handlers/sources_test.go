package handlers

import (
	"io/fs"
	"slices"
	"sync"
	"testing"

	"plainchat/internal/bundle"
	"plainchat/static"
)

// recorder is files that remember which of them were opened.
type recorder struct {
	fs.FS
	mu     sync.Mutex
	opened []string
}

func (r *recorder) Open(name string) (fs.File, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened = append(r.opened, name)
	return r.FS.Open(name)
}

func TestEverySourceIsUsed(t *testing.T) {
	builds, err := assetBuilds()
	if err != nil {
		t.Fatal(err)
	}
	sources := &recorder{FS: static.FS, opened: icons}
	for _, build := range builds {
		build.Files = sources
		if _, err := bundle.Build(build); err != nil {
			t.Fatal(err)
		}
	}
	err = fs.WalkDir(static.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !slices.Contains(sources.opened, name) {
			t.Errorf("no page needs %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
