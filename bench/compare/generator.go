package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// generatorLimit bounds one run of the generator. A slow server may need long for what
// it has queued.
const generatorLimit = 4 * time.Minute

// generate runs the load generator against a server. It returns the figures of
// its report, and what was wrong with the run, if anything. The error is about
// what could not be done at all.
func (l *lab) generate(ctx context.Context, s *server, p *process, args []string) (Figures, string, error) {
	limited, cancel := context.WithTimeout(ctx, generatorLimit)
	defer cancel()
	cmd := exec.CommandContext(limited, l.path("plainchat"), generatorArguments(s, p, args)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, "", context.Cause(ctx)
	}
	if limited.Err() != nil {
		return nil, fmt.Sprintf("not done after %v", generatorLimit), nil
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, "", err
	}
	figures, decodeErr := flatten(stdout.Bytes())
	switch {
	case err != nil:
		return figures, complaint(stderr.String()), nil
	case decodeErr != nil:
		return nil, "", fmt.Errorf("the generator's report: %w", decodeErr)
	}
	return figures, figures.errors(), nil
}

// errors tells of connections on which something went wrong, which the generator
// counts and leaves to its reader.
func (f Figures) errors() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if what, ok := strings.CutPrefix(name, "errors."); ok {
			all = append(all, fmt.Sprintf("%s (%.0f times)", what, f[name]))
		}
	}
	return strings.Join(all, "; ")
}

// generatorArguments are those of one run. All servers are measured alike, by their
// processes.
func generatorArguments(s *server, p *process, args []string) []string {
	return append([]string{"bench", p.address, "--json", "--protocol", s.protocol, "--pid", strconv.Itoa(p.cmd.Process.Pid)}, args...)
}

// complaint is what the generator said last, without its name.
func complaint(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], "plainchat: ")
}

// flatten makes figures of a report: each number under the names that lead to it.
// What stands at the top only repeats the options, and lists are of single streams;
// both are left out.
func flatten(report []byte) (Figures, error) {
	var parts map[string]any
	if err := json.Unmarshal(report, &parts); err != nil {
		return nil, err
	}
	figures := make(Figures)
	for name, part := range parts {
		if members, ok := part.(map[string]any); ok {
			figures.add(name, members)
		}
	}
	return figures, nil
}

func (f Figures) add(path string, members map[string]any) {
	for name, member := range members {
		switch v := member.(type) {
		case float64:
			f[path+"."+name] = v
		case map[string]any:
			f.add(path+"."+name, v)
		}
	}
}
