// Peers are the servers that plainchat is measured beside, one to a subcommand:
// what a user would pick instead in Go, and bare floors that do no more than the
// work itself. They keep nothing on disk and forget a message once it is sent.
//
//	go -C bench/compare run ./peers hub 127.0.0.1:5002
//
// Each answers GET /rooms/{room}/events and POST /rooms/{room}/messages, and writes
// the very bytes that plainchat would, so that only the way to the socket differs.
package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "peers: %v\n", err)
		os.Exit(1)
	}
}

// run serves one peer until the process is ended.
func run(args []string) error {
	peers := all()
	if len(args) != 2 || peers[args[0]] == nil {
		names := slices.Sorted(maps.Keys(peers))
		return errors.New("usage: peers " + strings.Join(names, "|") + " HOST:PORT")
	}
	listener, err := net.Listen("tcp", args[1])
	if err != nil {
		return err
	}
	return http.Serve(listener, handler(peers[args[0]]()))
}

// all returns the peers that this system can run.
func all() map[string]func() peer {
	peers := map[string]func() peer{
		"r3labs":   newR3labs,
		"gosse":    newGoSSE,
		"hub":      newHub,
		"hijacked": newHijacked,
		"nothing":  newNothing,
	}
	maps.Copy(peers, floors())
	return peers
}
