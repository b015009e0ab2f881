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
	children, err := childProcesses()
	if err != nil {
		t.Fatal(err)
	}
	inner := children[shell.Process.Pid]
	if len(inner) != 1 || len(children[inner[0]]) != 1 {
		t.Fatalf("processes %v and %v", inner, children)
	}
	each := func() (sum usage) {
		for _, pid := range []int{shell.Process.Pid, inner[0], children[inner[0]][0]} {
			before := sum.resident
			if err := sum.addProcess(pid); err != nil || sum.resident <= before {
				t.Fatalf("process %d: %v, %+v", pid, err, sum)
			}
		}
		return sum
	}
	for settled := false; !settled; { // the shells may still be getting to where they wait
		before := each()
		whole, err := processUsage(shell.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		if settled = each() == before; settled && whole.resident != before.resident {
			t.Errorf("each %+v, together %+v", before, whole)
		}
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
