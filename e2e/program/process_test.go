package program

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// limit bounds every wait. None takes nearly as long unless something is broken.
var limit = 2 * time.Minute

// bounded returns a context for something that the test waits for.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// process is a command that a test has started. It ends with the test at the
// latest.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr *output
	exited         chan struct{} // closed once it has
}

// program is the program with these arguments and nothing in its environment but
// what is given as "NAME=value".
func program(t *testing.T, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(bounded(t), binary, args...)
	// A race ends the program, so that it cannot pass unseen in one that is killed;
	// and the race detector need not linger for a second when the program ends.
	cmd.Env = append([]string{"GORACE=halt_on_error=1 atexit_sleep_ms=0", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}, env...)
	cmd.Dir = t.TempDir() // where a data folder would go that nobody asked for
	return cmd
}

// launch starts a command.
func launch(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, stdout: newOutput(), stderr: newOutput(), exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.stdout, p.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = cmd.Wait() // the outcome stays in cmd.ProcessState
		p.stdout.end()
		p.stderr.end()
	}()
	t.Cleanup(func() {
		p.kill()
		text := p.stderr.String()
		if strings.Contains(text, "DATA RACE") || strings.Contains(text, "panic") {
			t.Error("a race or a panic")
		}
		if t.Failed() {
			t.Logf("%s wrote to the standard error:\n%s", strings.Join(cmd.Args[1:], " "), ending(text))
		}
	})
	return p
}

// ending is the end of a long text.
func ending(text string) string {
	const most = 8 << 10
	return text[max(0, len(text)-most):]
}

// kill ends the process at once, as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // an error if it has ended already
	<-p.exited
}

// wait waits for the end of the process and returns its exit code; -1 if a signal
// ended it.
func (p *process) wait() int {
	<-p.exited // the command's context kills it in the end
	return p.cmd.ProcessState.ExitCode()
}

// terminate asks the process to end, and returns its exit code; -1 if it had ended already.
func (p *process) terminate() int {
	if p.cmd.Process.Signal(syscall.SIGTERM) != nil {
		return -1
	}
	return p.wait()
}

// output collects what a process writes, and lets a test wait for it.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed when the text grows
	ended bool
}

func newOutput() *output { return &output{grown: make(chan struct{})} }

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	close(o.grown)
	o.grown = make(chan struct{})
	return len(p), nil
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	close(o.grown)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await returns the text as soon as it is enough.
func (o *output) await(t *testing.T, enough func(text string) bool) string {
	t.Helper()
	text, ok := o.tryAwait(bounded(t), enough)
	if !ok {
		t.Fatalf("waited in vain; all that was written is:\n%s", ending(text))
	}
	return text
}

// tryAwait reports whether the text became enough before its end and that of ctx.
func (o *output) tryAwait(ctx context.Context, enough func(text string) bool) (text string, ok bool) {
	for {
		o.mu.Lock()
		text, grown, ended := o.text.String(), o.grown, o.ended
		o.mu.Unlock()
		if enough(text) {
			return text, true
		}
		if ended || ctx.Err() != nil {
			return text, false
		}
		select {
		case <-grown:
		case <-ctx.Done():
		}
	}
}

// awaitCount waits until the text has a part so many times.
func (o *output) awaitCount(t *testing.T, part string, n int) string {
	t.Helper()
	return o.await(t, func(text string) bool { return strings.Count(text, part) >= n })
}

// awaitLines returns the first n lines.
func (o *output) awaitLines(t *testing.T, n int) []string {
	t.Helper()
	return strings.SplitN(o.awaitCount(t, "\n", n), "\n", n+1)[:n]
}
