package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The operator reaches the server by its data folder, however long its path is; nobody else
// can open what is there, and it goes with the server.
func TestSocket(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the paths of tests are too long")
	}
	for name, dir := range map[string]string{"short": shortDir(t), "long": filepath.Join(t.TempDir(), strings.Repeat("x", 200))} {
		t.Run(name, func(t *testing.T) {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, socketFile)
			if err := os.WriteFile(path, nil, 0o644); err != nil { // as a crash leaves one
				t.Fatal(err)
			}
			c := &serveCmd{Data: dir}
			hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hello") })
			stop := c.serveSocket(context.Background(), hello, func(msg string, args ...any) { t.Error(msg, args) })
			info, err := os.Stat(path)
			if err != nil || info.Mode() != os.ModeSocket|0o600 {
				t.Errorf("the socket is %v, %v", info.Mode(), err)
			}
			res, err := socketClient(dir).Get("http://plainchat/")
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || string(body) != "hello" {
				t.Errorf("answered %q, %v", body, err)
			}
			stop()
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("it leaves %v, %v", left, err)
			}
			_, err = socketClient(dir).Get("http://plainchat/")
			if err = describeSocket(dir, err); !strings.HasPrefix(err.Error(), "no server is running with the data folder") {
				t.Errorf("without a server: %v", err)
			}
		})
	}
}

func shortDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
