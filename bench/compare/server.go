package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// server is something to measure.
type server struct {
	name     string // on the command line and in the results
	title    string
	settings string   // how it is run, for the page
	protocol string   // of the generator
	version  []string // the command that prints its version, and fails if it is not installed
	// command returns what starts the server on 127.0.0.1 and a port; dir is an
	// empty folder of its own.
	command func(l *lab, port, dir string) (*exec.Cmd, error)
}

// plainchat is the name of the server that all are measured beside.
const plainchat = "plainchat"

// servers returns all there are: plainchat, what a user would pick instead, what one
// would write by hand, and floors.
func servers() []server {
	return []server{
		{plainchat, "plainchat", "as it comes, with `--rate-limit 0 --max-streams 0 --max-streams-per-client 0 --log-level warn`; every message is on disk before its answer", "sse",
			[]string{"go", "version"}, startPlainchat},
		{"flask", "Flask-SocketIO", "the tutorial's own stack, Debian's packages on eventlet; one process, logs off", "socketio",
			debianVersions("python3-flask-socketio", "python3-socketio", "python3-eventlet"), startFlask},
		{"socketio", "Socket.IO", "WebSocket alone, no compression, bufferutil; one process, NODE_ENV=production", "socketio",
			[]string{"node", "-p", "`socket.io ${require('socket.io/package.json').version}; node ${process.version}`"}, startNode},
		{"nchan", "nchan", "Debian's nginx with libnginx-mod-nchan; two workers, messages in memory for 5 s, access log off", "eventsource",
			debianVersions("nginx", "libnginx-mod-nchan"), startNginx},
		goPeer("r3labs", "r3labs/sse", "as it comes: a stream for each room, a subscriber for each browser; replay off", "github.com/r3labs/sse/v2"),
		goPeer("gosse", "tmaxmax/go-sse", "its server and its provider Joe, a topic for each room; no replay", "github.com/tmaxmax/go-sse"),
		goPeer("hub", "net/http hub", "by hand: the handler's goroutine and a channel of 64 for each stream, a flush for each message", ""),
		goPeer("hijacked", "hijacked hub", "by hand: the same on bare connections taken from net/http", ""),
		goPeer("writeloop", "write(2) loop", "floor: one loop, a write(2) for each message and stream", ""),
		goPeer("coalesced", "coalesced writes", "floor: one loop, a write(2) for each stream and all that is pending", ""),
		goPeer("nothing", "POST and nothing", "floor: reads the body, answers 201 with as much JSON as plainchat, keeps nothing", ""),
	}
}

func debianVersions(packages ...string) []string {
	return append([]string{"dpkg-query", "-W", "-f", "${Package} ${Version}; "}, packages...)
}

// goPeer is one of the subcommands of bench/compare/peers.
func goPeer(name, title, settings, module string) server {
	version := []string{"go", "version"}
	if module != "" {
		version = []string{"go", "list", "-m", module}
	}
	return server{name, title, settings, "eventsource", version, func(l *lab, port, _ string) (*exec.Cmd, error) {
		return exec.Command(l.path("peers"), name, "127.0.0.1:"+port), nil
	}}
}

// findServer returns the server of a name, or nil.
func findServer(name string) *server {
	for _, s := range servers() {
		if s.name == name {
			return &s
		}
	}
	return nil
}

func startPlainchat(l *lab, port, dir string) (*exec.Cmd, error) {
	return exec.Command(l.path("plainchat"), "serve", "--listen", "127.0.0.1:"+port, "--data", dir,
		"--rate-limit", "0", "--max-streams", "0", "--max-streams-per-client", "0", "--log-level", "warn"), nil
}

// startFlask asks for Debian's Python, which is the one that has Debian's packages.
func startFlask(l *lab, port, _ string) (*exec.Cmd, error) {
	return exec.Command("/usr/bin/python3", filepath.Join(l.root, "bench/compare/peers/flask/app.py"), "127.0.0.1", port), nil
}

func startNode(l *lab, port, _ string) (*exec.Cmd, error) {
	cmd := exec.Command("node", "server.mjs", "127.0.0.1", port)
	cmd.Dir = l.options.Node
	cmd.Env = append(os.Environ(), "NODE_ENV=production")
	return cmd, nil
}

func startNginx(l *lab, port, dir string) (*exec.Cmd, error) {
	template, err := os.ReadFile(filepath.Join(l.root, "bench/compare/peers/nchan/nginx.conf"))
	if err != nil {
		return nil, err
	}
	conf := strings.ReplaceAll(string(template), "127.0.0.1:PORT", "127.0.0.1:"+port)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(conf), 0o644); err != nil {
		return nil, err
	}
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx" // where Debian has it, seldom on a user's PATH
	}
	return exec.Command(nginx, "-p", dir, "-c", "nginx.conf", "-e", "stderr"), nil
}

// readVersion runs the server's version command.
func (s *server) readVersion(l *lab) (string, error) {
	cmd := exec.Command(s.version[0], s.version[1:]...)
	cmd.Dir = filepath.Join(l.root, "bench/compare") // its go.mod names the versions
	if s.name == "socketio" {
		if l.options.Node == "" {
			return "", fmt.Errorf("no folder with its packages was given")
		}
		cmd.Dir = l.options.Node
	}
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	version := strings.TrimPrefix(strings.TrimRight(string(out), "; \n"), "go version ")
	return strings.TrimPrefix(version, "github.com/"), nil
}
