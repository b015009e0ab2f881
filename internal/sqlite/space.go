package sqlite

import (
	"os"
	"path/filepath"
)

// neededSpace is more than the largest message takes with all that comes with it, in
// bytes.
const neededSpace = 256 << 10

// FindSpace returns why the folder's disk does not take as much as a message needs.
func FindSpace(dir string) error {
	name := filepath.Join(dir, "space") // the same each time: a crash leaves no more than one
	defer os.Remove(name)
	return os.WriteFile(name, make([]byte, neededSpace), 0o600)
}
