package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// onHangup gives SIGHUP its two meanings. Somebody closed the terminal that the program
// was started from: the context that it returns ends, as with SIGTERM. Or else somebody
// wants the configuration read anew, as with every service: reload is called. Once stop
// is called, the signal has no meaning any more.
//
// A program that was started with the signal ignored, as by nohup, goes on ignoring it.
func onHangup(ctx context.Context, reload func()) (hungUp context.Context, stop context.CancelFunc) {
	hungUp, cancel := context.WithCancel(ctx)
	if signal.Ignored(syscall.SIGHUP) {
		return hungUp, cancel
	}
	started := hasTerminal()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-signals:
			case <-hungUp.Done():
				return
			}
			if started && !hasTerminal() {
				cancel()
				return
			}
			reload()
		}
	}()
	return hungUp, func() {
		cancel()
		<-done
	}
}

// hasTerminal reports whether the program has a controlling terminal. One that was closed
// cannot be opened.
func hasTerminal() bool {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	_ = terminal.Close() // nothing was written
	return true
}
