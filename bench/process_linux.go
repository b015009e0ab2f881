package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"plainchat/locale"
)

// clockTick is the unit of processor time in /proc: USER_HZ, which is 100 on every
// architecture that Go runs on.
const clockTick = 100

// processUsage adds up a process and all that descend from it, as the kernel tells of them
// in /proc (proc(5)). Memory that they share counts for each.
func processUsage(pid int) (usage, error) {
	children, err := childProcesses()
	if err != nil {
		return usage{}, err
	}
	var sum usage
	if err := sum.addProcess(pid); err != nil {
		return usage{}, locale.NewError("cli.bench.process", "pid", pid, "cause", err)
	}
	for family := children[pid]; len(family) > 0; family = family[1:] {
		_ = sum.addProcess(family[0]) // it may just have ended
		family = append(family, children[family[0]]...)
	}
	return sum, nil
}

// childProcesses returns the children of every process.
func childProcesses() (map[int][]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	children := make(map[int][]int)
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if fields, err := processStat(pid); err == nil {
			if parent, err := strconv.Atoi(fields[statParent]); err == nil {
				children[parent] = append(children[parent], pid)
			}
		}
	}
	return children, nil
}

// Places in /proc/PID/stat, counted after the command's name.
const (
	statParent = 1
	statTimes  = 11 // clock ticks as user and in the kernel; the same of children that have ended
	statFields = 15 // at least
)

// processStat returns the fields of /proc/PID/stat that follow the command's name, which stands
// in parentheses and may itself hold spaces and parentheses.
func processStat(pid int) ([]string, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < statFields {
		return nil, fmt.Errorf("/proc/%d/stat is too short", pid)
	}
	return fields, nil
}

func (u *usage) addProcess(pid int) error {
	fields, err := processStat(pid)
	if err != nil {
		return err
	}
	for _, field := range fields[statTimes:statFields] {
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return err
		}
		u.cpu += ticks / clockTick
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return err
	}
	var size, resident float64 // pages
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return err
	}
	u.resident += resident * float64(os.Getpagesize())
	return nil
}
