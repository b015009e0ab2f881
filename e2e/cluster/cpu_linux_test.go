package cluster

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clockTick is the unit of processor time in /proc, on every architecture that Go runs on.
const clockTick = 10 * time.Millisecond

// process is one of the chat's.
type process interface{ PID() int }

// cpuOf is the processor time that processes have taken, as the kernel tells of it (proc(5)).
func cpuOf[P process](t *testing.T, processes ...P) (sum time.Duration) {
	t.Helper()
	for _, p := range processes {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
		if err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		for _, field := range fields[11:13] { // as user, and in the kernel
			ticks, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			sum += time.Duration(ticks) * clockTick
		}
	}
	return sum
}
