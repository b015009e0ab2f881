package bench

import (
	"bufio"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestProcessUsage: a shell, the one it has started, and what that has started count together.
func TestProcessUsage(t *testing.T) {
	shell := exec.Command("sh", "-c", "sh -c 'cat; :'; :")
	in, _ := shell.StdinPipe()
	out, _ := shell.StdoutPipe()
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer shell.Wait()
	defer in.Close()
	in.Write([]byte("here\n"))
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "here\n" {
		t.Fatal(line, err)
	}
	whole, err := processUsage(shell.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	children, err := childProcesses()
	if err != nil {
		t.Fatal(err)
	}
	inner := children[shell.Process.Pid]
	var each usage
	for _, pid := range slices.Concat([]int{shell.Process.Pid}, inner, children[inner[0]]) {
		before := each.resident
		if err := each.addProcess(pid); err != nil || each.resident <= before {
			t.Errorf("process %d: %v, %+v", pid, err, each)
		}
	}
	if len(children[inner[0]]) != 1 || whole.resident != each.resident {
		t.Errorf("processes %v and %v: each %+v, together %+v", inner, children[inner[0]], each, whole)
	}
}

// TestProcessTime: it is what the process itself is told.
func TestProcessTime(t *testing.T) {
	for ownCPU() < 200*time.Millisecond {
	}
	before := ownCPU()
	var u usage
	if err := u.addProcess(os.Getpid()); err != nil {
		t.Fatal(err)
	}
	const ticks, children = 2.0 / clockTick, 0.5
	if after := ownCPU(); u.cpu < before.Seconds()-ticks || u.cpu > after.Seconds()+children {
		t.Errorf("%vs, which is not between %v and %v", u.cpu, before, after)
	}
}

func TestIdleByProcess(t *testing.T) {
	f := newFaultyServer(t)
	o := f.start().options()
	o.Idle, o.Process = 10, os.Getpid()
	r := newRun(o)
	r.monitor.interval = time.Millisecond
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if m := report.Memory; m.Before < 1<<20 || m.Before == 10e6 || m.GoroutinesAfter != 17 {
		t.Errorf("%+v", *m)
	}
}

func TestNoSuchProcess(t *testing.T) {
	f := newFaultyServer(t)
	o := f.start().options()
	o.Process = math.MaxInt32
	_, err := Run(t.Context(), o)
	if err == nil || !strings.HasPrefix(err.Error(), "cannot measure process 2147483647: ") {
		t.Errorf("got %v", err)
	}
}
