//go:build linux

package engines

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// supervisor, set in the environment, makes the test binary run the program of its arguments.
const supervisor = "PLAINCHAT_SUPERVISOR"

// startProcess runs a program with an environment of its own until the test ends. It waits until
// the program writes a line that the pattern finds, and returns what its group holds; without a
// pattern it waits for nothing.
//
// A browser and the buses of a desktop start programs that leave their process group, so that it
// is not enough to end a group. The program runs under a supervisor therefore, which ends all of
// its descendants once its standard input is closed, as it is too when the tests panic or are
// killed.
func startProcess(t *testing.T, env []string, pattern *regexp.Regexp, name string, args ...string) (found string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{name}, args...)...)
	cmd.Env = append(slices.Clone(env), supervisor+"=1")
	leash, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	err = cmd.Start()
	_ = writer.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = leash.Close()
		_ = cmd.Wait()
		_ = output.Close()
	})
	lines := bufio.NewReader(output)
	if pattern != nil {
		found = find(t, lines, pattern)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the program
	return found
}

// find reads lines until a pattern finds something.
func find(t *testing.T, lines *bufio.Reader, pattern *regexp.Regexp) string {
	t.Helper()
	for said := ""; ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("a program ended before it wrote %v; it wrote\n%s", pattern, said)
		}
		if match := pattern.FindStringSubmatch(line); match != nil {
			return match[1]
		}
		said += line
	}
}

// supervise runs the program of the arguments until it ends or standard input does.
func supervise(args []string) (code int) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return 125
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) } // so that it removes its lock files
	cmd.WaitDelay = 2 * time.Second
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, supervisor+"=") })
	if err := cmd.Start(); err != nil {
		return 127
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	_ = cmd.Wait()
	endDescendants()
	return cmd.ProcessState.ExitCode()
}

// endDescendants kills the children of this process until there are none: those of one that has
// ended become its own.
func endDescendants() {
	for {
		for _, child := range children() {
			_ = unix.Kill(child, unix.SIGKILL)
		}
		if _, err := unix.Wait4(-1, nil, 0, nil); errors.Is(err, unix.ECHILD) {
			return
		}
	}
}

// children returns the process ids of this process's own children.
func children() []int {
	self := os.Getpid()
	entries, _ := os.ReadDir("/proc")
	var found []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, _ := os.ReadFile("/proc/" + entry.Name() + "/stat")
		_, after, _ := strings.Cut(string(stat[max(0, strings.LastIndexByte(string(stat), ')')):]), ") ")
		fields := strings.Fields(after)
		if len(fields) > 1 && fields[1] == strconv.Itoa(self) {
			found = append(found, pid)
		}
	}
	return found
}
