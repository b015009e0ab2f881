package bench

import (
	"bufio"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestProcessUsage: a shell and what it has started count together.
func TestProcessUsage(t *testing.T) {
	shell := exec.Command("sh", "-c", "cat; :")
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
	var alone usage
	if err := alone.addProcess(shell.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if alone.resident == 0 || whole.resident <= alone.resident {
		t.Errorf("the shell has %+v, with cat %+v", alone, whole)
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
