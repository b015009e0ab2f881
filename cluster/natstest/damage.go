package natstest

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
)

// FlipBit damages the oldest block of a server's copy of a stream, in the middle, each time another bit. The server does not run.
// When it starts, it notices that if it has no summary of the blocks, and drops the rest of that one; else
// one message cannot be read.
func (s *Server) FlipBit(stream string, summary bool) {
	s.t.Helper()
	blocks, err := filepath.Glob(filepath.Join(s.folderOf(stream), "msgs", "*.blk"))
	if err != nil || len(blocks) < 2 {
		s.t.Fatalf("the blocks are %q, %v: of the newest the server gets again what it has lost", blocks, err)
	}
	slices.SortFunc(blocks, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	block := blocks[0]
	data, err := os.ReadFile(block) // #nosec G304 -- in the folder of a test
	if err != nil {
		s.t.Fatal(err)
	}
	s.flips++
	data[len(data)/2-s.flips] ^= 1
	if err := os.WriteFile(block, data, 0o600); err != nil {
		s.t.Fatal(err)
	}
	if !summary {
		_ = os.Remove(filepath.Join(filepath.Dir(block), "index.db")) // a crash may have left none
	}
}

// Drop removes a server's copy of a stream, as who gives it a new one does. The server does not run.
func (s *Server) Drop(stream string) {
	s.t.Helper()
	if err := os.RemoveAll(s.folderOf(stream)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) folderOf(stream string) string {
	s.t.Helper()
	folders, err := filepath.Glob(filepath.Join(s.Dir, "js", "jetstream", "*", "streams", stream))
	if err != nil || len(folders) != 1 {
		s.t.Fatalf("the folders of the stream are %q, %v", folders, err)
	}
	return folders[0]
}
