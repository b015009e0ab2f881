package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"plainchat/locale"
)

// socketFile is where a server listens for its operator, in the data folder. Whoever can open
// it, as only the user that plainchat runs as can, may do everything.
const socketFile = "plainchat.sock"

// socket is a listener at that file. It is bound under another name first, so that nobody can
// open it before its permissions are set, and one that a crash has left is replaced.
type socket struct {
	*net.UnixListener
	path string
}

func listenSocket(dir string) (*socket, error) {
	path := filepath.Join(dir, socketFile)
	address, done, err := shortPath(path + ".new")
	if err != nil {
		return nil, err
	}
	defer done()
	_ = os.Remove(path + ".new")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: address})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false) // its name changes
	err = os.Chmod(path+".new", 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close(), os.Remove(path+".new"))
	}
	return &socket{listener, path}, nil
}

// Close removes the file too.
func (s *socket) Close() error {
	return errors.Join(os.Remove(s.path), s.UnixListener.Close())
}

// serveSocket answers the operator until ctx ends. A chat without it is one that only its
// commands cannot administer, so what is wrong is a record.
func (c *serveCmd) serveSocket(ctx context.Context, operator http.Handler, warn func(msg string, args ...any)) (stop func()) {
	listener, err := listenSocket(c.Data)
	if err != nil {
		warn("plainchat token, hook, webhook, names, rooms and delete cannot reach this server, since it cannot listen in the data folder", "err", err)
		return func() {}
	}
	server := &http.Server{
		Handler: operator, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // until stop
	}()
	return func() {
		linger, cancel := context.WithTimeout(context.WithoutCancel(ctx), lingerTimeout)
		defer cancel()
		if server.Shutdown(linger) != nil {
			server.Close()
		}
		<-ended
	}
}

// socketClient reaches the server that uses a data folder.
func socketClient(dir string) *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		address, done, err := shortPath(filepath.Join(dir, socketFile))
		if err != nil {
			return nil, err
		}
		defer done()
		var dialer net.Dialer
		return dialer.DialContext(ctx, "unix", address)
	}
	const patience = 30 * time.Second
	return &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: patience}
}

// describeSocket turns a failure to reach the server of a folder into a sentence.
func describeSocket(dir string, err error) error {
	switch {
	case errors.Is(err, os.ErrPermission):
		return locale.NewError("cli.socket_denied", "file", quoted(filepath.Join(dir, socketFile)), "cause", syscall.EACCES)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return locale.NewError("cli.no_server", "dir", quoted(dir))
	}
	return locale.NewError("cli.socket_unreachable", "dir", quoted(dir), "cause", err)
}
