//go:build clients

package clients

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/internal/eventstream"
)

//go:embed node listen.py
var programs embed.FS

// clients installs what is needed, and returns all clients.
func clients(t *testing.T, dir string) []client {
	t.Helper()
	if err := os.CopyFS(dir, programs); err != nil {
		t.Fatal(err)
	}
	node := filepath.Join(dir, "node")
	install := exec.CommandContext(t.Context(), "npm", "install", "--prefer-offline", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
	install.Dir = node
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	onNode := func(name, used string) client {
		return client{name, installed(node, name), true, used, lines(node, "node", "listen.mjs", name)}
	}
	return append(libraries(),
		onNode("eventsource", "`new EventSource(url)`"),
		onNode("eventsource-client", "`createEventSource({ url, onMessage })`"),
		onNode("undici", "`new EventSource(url)`"),
		onNode("@microsoft/fetch-event-source", "`fetchEventSource(url, { onmessage, openWhenHidden: true })`"),
		client{"Python's http.client", firstLine("python3", "-c", "import platform; print(platform.python_version())"), true,
			"[the loop below](#a-client-of-your-own)", lines(dir, "python3", "listen.py")},
		client{"curl", firstLine("curl", "-V"), false, "`curl -N --retry 100 --retry-all-errors --retry-delay 1`", listenCurl},
	)
}

// installed reads the version of a package of npm.
func installed(dir, name string) func(*testing.T) string {
	return func(t *testing.T) string {
		description, err := os.ReadFile(filepath.Join(dir, "node_modules", name, "package.json"))
		var about struct{ Version string }
		if err == nil {
			err = json.Unmarshal(description, &about)
		}
		if err != nil {
			t.Fatal(err)
		}
		return about.Version
	}
}

// firstLine asks a program for its version.
func firstLine(name string, args ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		out, err := exec.CommandContext(t.Context(), name, args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		line, _, _ = strings.Cut(strings.TrimPrefix(line, name+" "), " ")
		return line
	}
}

// lines runs a program that writes each event as a line of JSON.
func lines(dir, name string, args ...string) func(context.Context, string, func(event)) error {
	return func(ctx context.Context, address string, hear func(event)) error {
		return run(ctx, dir, name, append(args[:len(args):len(args)], address), func(out io.Reader) error {
			in := bufio.NewScanner(out)
			for in.Scan() {
				var ev event
				if err := json.Unmarshal(in.Bytes(), &ev); err != nil {
					return err
				}
				hear(ev)
			}
			return in.Err()
		})
	}
}

// listenCurl reads what curl writes, as the standard has it.
func listenCurl(ctx context.Context, address string, hear func(event)) error {
	args := []string{"-sN", "--retry", "100", "--retry-all-errors", "--retry-delay", "1", address}
	return run(ctx, ".", "curl", args, func(out io.Reader) error {
		for in := eventstream.NewReader(out); ; {
			ev, err := in.Next()
			if err != nil {
				return err
			}
			hear(event{ev.Type, ev.Data})
		}
	})
}

// run runs a program until the context ends, and reads what it writes.
func run(ctx context.Context, dir, name string, args []string, read func(io.Reader) error) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = read(out)
	if wait := cmd.Wait(); wait != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %s", wait, complaints.String())
	}
	return err
}
