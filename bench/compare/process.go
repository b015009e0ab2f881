package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// readyLimit bounds the wait until a server takes connections.
const readyLimit = 20 * time.Second

// process is a server that runs.
type process struct {
	address string // host and port on loopback
	cmd     *exec.Cmd
	output  *os.File
	exited  chan struct{} // closed once the command has been waited for
}

// start starts a command and waits until address takes connections. What the
// command prints goes to the file output. If start fails, nothing runs.
func start(ctx context.Context, cmd *exec.Cmd, address, output string) (*process, error) {
	p, err := launch(cmd, address, output)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if err := p.ready(ctx, 20*time.Millisecond, connects); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// launch starts a command and waits for nothing.
func launch(cmd *exec.Cmd, address, output string) (*process, error) {
	file, err := os.Create(output)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = file, file
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		file.Close()
		return nil, err
	}
	p := &process{address, cmd, file, make(chan struct{})}
	go func() {
		defer close(p.exited)
		_ = cmd.Wait() // it is always killed
	}()
	return p, nil
}

// ready asks every so often until the answer is yes.
func (p *process) ready(ctx context.Context, interval time.Duration, ask func(address string) bool) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for !ask(p.address) {
		select {
		case <-tick.C:
		case <-p.exited:
			return fmt.Errorf("%s ended by itself: %s", p.cmd.Path, p.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("%s does not get ready: %w: %s", p.cmd.Path, ctx.Err(), p.lastWords())
		}
	}
	return nil
}

func connects(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// lastWords returns the end of what the server printed.
func (p *process) lastWords() string {
	data, err := os.ReadFile(p.output.Name())
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	return strings.TrimSpace(string(bytes.Join(lines[max(0, len(lines)-3):], []byte("; "))))
}

// stop kills the server with all that it started, and returns when it is gone:
// nothing that it has is needed any more.
func (p *process) stop() {
	_ = killGroup(p.cmd) // fails only if it has gone already
	<-p.exited
	p.output.Close()
}

// freePort returns a port of loopback on which nothing listens.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
