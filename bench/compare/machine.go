package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine says where the figures come from. What the system does not tell is empty.
type Machine struct {
	Processor   string `json:"processor,omitempty"`
	Cores       int    `json:"cores"`
	Memory      int64  `json:"memory_bytes,omitempty"`
	System      string `json:"system"` // and its kernel's version
	Go          string `json:"go"`
	Descriptors int    `json:"descriptors"` // that a process may have open
}

func readMachine(descriptors int) Machine {
	release, _, _ := strings.Cut(strings.TrimSpace(readFile("/proc/sys/kernel/osrelease")), "-")
	kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(field(readFile("/proc/meminfo"), "MemTotal"), " kB"), 10, 64)
	return Machine{
		Processor: field(readFile("/proc/cpuinfo"), "model name"), Cores: runtime.NumCPU(), Memory: kilobytes << 10,
		System: strings.TrimSpace(runtime.GOOS + " " + release), Go: runtime.Version(), Descriptors: descriptors,
	}
}

// readFile returns a file of /proc, or nothing on a system without it.
func readFile(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(data)
}

// field returns the value of the first line "name: value".
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
