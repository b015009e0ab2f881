package main

import (
	"bytes"
	"io"
	"log/slog"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"plainchat/internal/logsink"
)

// outputTimeout is how long a shutdown waits for the readers of the standard streams.
const outputTimeout = time.Second

// detach puts a sink before each of the standard streams, so that whoever reads them can
// stall, or end, without the server noticing. Go ends a program that writes to a broken
// pipe there, unless it ignores the signal. release writes what is pending.
func (c *serveCmd) detach(std stdio) (detached stdio, records *logsink.Sink, release func()) {
	signal.Ignore(syscall.SIGPIPE)
	records = logsink.New(std.err, c.dropped)
	out := logsink.New(std.out, nil)
	return stdio{in: std.in, out: out, err: records, words: std.words}, records, func() {
		out.Close(outputTimeout)
		records.Close(outputTimeout)
	}
}

// dropped is the record that tells how many have not been written.
func (c *serveCmd) dropped(lost int64) []byte {
	var record bytes.Buffer
	slog.New(c.recordsTo(&record)).Warn("records were dropped, since nobody took them", "records", lost)
	return record.Bytes()
}

func (c *serveCmd) logger(std stdio) *slog.Logger {
	return slog.New(logsink.Limit(c.recordsTo(std.err)))
}

// recordsTo returns what writes records in the format of --log-format.
func (c *serveCmd) recordsTo(w io.Writer) slog.Handler {
	opts := &slog.HandlerOptions{Level: slog.Level(c.LogLevel)}
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(w, opts)
	}
	return slog.NewTextHandler(w, opts)
}

// httpRecords takes net/http's own log. Most of it tells of clients that broke off or
// did not speak TLS, as often as they like, so it is for debugging.
type httpRecords struct{ logger *slog.Logger }

func (w httpRecords) Write(p []byte) (int, error) {
	message := strings.TrimSpace(string(p))
	switch {
	case strings.HasPrefix(message, "http: panic serving"):
		w.logger.Error("net/http: a handler panicked", "message", message)
	case strings.HasPrefix(message, "http: Accept error"):
		w.logger.Warn("net/http: no connection can be accepted", "message", message)
	default:
		w.logger.Debug("net/http", "message", message)
	}
	return len(p), nil
}
