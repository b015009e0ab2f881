package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is also a server, for the tests of processes: it listens at the address
// in the environment until it is killed, or fails.
func TestMain(m *testing.M) {
	address := os.Getenv("COMPARE_TEST_LISTEN")
	if address == "" {
		os.Exit(m.Run())
	}
	if _, err := net.Listen("tcp", address); err != nil {
		fmt.Println("the last words:", err)
		os.Exit(1)
	}
	select {}
}

func testServer(t *testing.T, address string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "COMPARE_TEST_LISTEN="+address)
	return cmd
}

func TestProcess(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + port
	p, err := start(t.Context(), testServer(t, address), address, filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	if !connects(address) {
		t.Error("nobody listens")
	}
	p.stop()
	if connects(address) {
		t.Error("still listens")
	}
}

// TestProcessFails: what a server said before it ended is in the error.
func TestProcessFails(t *testing.T) {
	address := "127.0.0.1:no-port"
	_, err := start(t.Context(), testServer(t, address), address, filepath.Join(t.TempDir(), "output"))
	if err == nil || !strings.Contains(err.Error(), "the last words: ") {
		t.Errorf("got %v", err)
	}
}

// TestProcessNeverReady: it is killed when the time is up.
func TestProcessNeverReady(t *testing.T) {
	p, err := launch(testServer(t, "127.0.0.1:0"), "127.0.0.1:0", filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	err = p.ready(ctx, time.Millisecond, func(string) bool {
		if asked++; asked == 3 {
			cancel()
		}
		return false
	})
	if err == nil || asked < 3 {
		t.Errorf("got %v after %d times", err, asked)
	}
	p.stop()
	if p.cmd.ProcessState == nil {
		t.Error("it was not waited for")
	}
}
