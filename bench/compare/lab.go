package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// lab is where measurements are made: the programs, built once, and a temporary
// folder for all that they write.
type lab struct {
	options     *options
	root        string // of the checkout
	dir         string // temporary
	log         io.Writer
	descriptors int
	versions    map[string]string // of the servers that are installed
	longLogs    map[int]*longLog  // by number of messages, filled once
}

func newLab(ctx context.Context, o *options, log io.Writer) (*lab, error) {
	l := &lab{options: o, log: log, versions: make(map[string]string), longLogs: make(map[int]*longLog)}
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the checkout: %w", err)
	}
	l.root = strings.TrimSpace(string(root))
	if l.descriptors, err = raiseDescriptors(); err != nil {
		return nil, err
	}
	if l.dir, err = os.MkdirTemp(o.Data, "plainchat-compare-"); err != nil {
		return nil, err
	}
	if err := l.build(ctx); err != nil {
		os.RemoveAll(l.dir)
		return nil, err
	}
	l.lookAround()
	return l, nil
}

// build builds plainchat, which is the generator as well, and the Go peers.
func (l *lab) build(ctx context.Context) error {
	for name, dir := range map[string]string{"plainchat": "cmd/plainchat", "peers": "bench/compare/peers"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", l.path(name), ".")
		cmd.Dir, cmd.Env = filepath.Join(l.root, dir), append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("cannot build %s: %w\n%s", name, err, out)
		}
	}
	return nil
}

// lookAround finds out which of the servers asked for are installed.
func (l *lab) lookAround() {
	for _, s := range servers() {
		if len(l.options.Peers) > 0 && s.name != plainchat && !slices.Contains(l.options.Peers, s.name) {
			continue
		}
		version, err := s.readVersion(l)
		if err != nil {
			fmt.Fprintf(l.log, "%s is not installed, so it is left out (%v).\n", s.title, err)
			continue
		}
		l.versions[s.name] = version
	}
}

// path returns the path of something in the temporary folder.
func (l *lab) path(name string) string {
	if name == "plainchat" || name == "peers" {
		name += exeSuffix
	}
	return filepath.Join(l.dir, name)
}

// start starts a server on a port and in a folder of its own.
func (l *lab) start(ctx context.Context, s *server) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(l.dir, s.name+"-")
	if err != nil {
		return nil, err
	}
	cmd, err := s.command(l, port, dir)
	if err != nil {
		return nil, err
	}
	return start(ctx, cmd, "127.0.0.1:"+port, dir+".output")
}

func (l *lab) close() error { return os.RemoveAll(l.dir) }
