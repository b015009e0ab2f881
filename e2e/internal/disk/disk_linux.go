package disk

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Disk is a file system in a file that can be cloned while it is in use: Cut takes one moment of it.
// What the kernel has not yet written is missing in the copy, as it would be after a real power cut.
// It is not a disk that loses what it has said is safe; nothing helps against that.
type Disk struct {
	Mounted string // where it is

	image, copy string // files
	copyMounted string // where the copy is, at times
}

// NewDisks makes file systems (ext4) in files on another (XFS) in a file, which can clone files. Where that
// is not possible, the test is left out.
func NewDisks(t *testing.T, n int, size int64) (disks []*Disk) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("left out: only root can mount file systems")
	}
	for _, tool := range []string{"mkfs.xfs", "mkfs.ext4"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("left out: %s is not installed", tool)
		}
	}
	dir := t.TempDir()
	outer, image := filepath.Join(dir, "outer"), filepath.Join(dir, "outer.img")
	Make(t, image, int64(4*n)*size, "mkfs.xfs", "-q") // room for what differs in a copy
	Mount(t, image, outer)
	for i := range n {
		d := &Disk{
			Mounted: filepath.Join(dir, fmt.Sprint("disk", i)), copyMounted: filepath.Join(dir, fmt.Sprint("copy", i)),
			image: filepath.Join(outer, fmt.Sprint("disk", i)), copy: filepath.Join(outer, fmt.Sprint("copy", i)),
		}
		Make(t, d.image, size, "mkfs.ext4", "-q", "-F")
		Mount(t, d.image, d.Mounted)
		disks = append(disks, d)
	}
	return disks
}

// Cut makes the copy.
func (d *Disk) Cut(t *testing.T) {
	t.Helper()
	Must(t, "cp", "--reflink=always", d.image, d.copy)
}

// MountCopy returns where the copy is that Cut has made last, as a machine would find it after the cut, until
// unmount.
func (d *Disk) MountCopy(t *testing.T) (dir string, unmount func()) {
	t.Helper()
	if err := os.MkdirAll(d.copyMounted, 0o700); err != nil {
		t.Fatal(err)
	}
	Must(t, "mount", "-o", "loop", d.copy, d.copyMounted)
	return d.copyMounted, func() { Must(t, "umount", d.copyMounted) }
}

// Make makes a file system of some size in a file, with a command.
func Make(t *testing.T, image string, size int64, command ...string) {
	t.Helper()
	f, err := os.Create(image)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	f.Close()
	Must(t, append(command, image)...)
}

// Mount mounts an image until the test ends. Where loop devices may not be used, the test is left out.
func Mount(t *testing.T, image, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Skipf("left out: file systems cannot be mounted here: %s", strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() { Must(t, "umount", dir) })
}

// Must runs a command that cannot fail.
func Must(t *testing.T, command ...string) {
	t.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
}
