package main

import (
	"context"
	"crypto/tls"
	"log"
	"log/slog"
	"net/http"
	"time"

	"plainchat/broker"
	"plainchat/handlers"
)

// Limits of a connection. None of them ends an event stream.
const (
	headerTimeout = 10 * time.Second // from a connection's start to the end of the header
	readTimeout   = 30 * time.Second // to the end of the body
	writeTimeout  = 60 * time.Second // of an answer that is not a stream
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10 // bytes
	headerSlop    = 4 << 10  // which net/http adds to the limit it is given
	http2Streams  = 32       // requests at a time in a connection over HTTP/2; clients open another for more
	http2Received = 256 << 10
	stuckTimeout  = 30 * time.Second // after which a connection over HTTP/2 that takes no byte is closed
)

// Limits of a shutdown, which together must stay below the 10 s that service
// managers give: for the messages and streams, and then for the rest, such as
// requests that are only half there.
const (
	drainTimeout  = 6 * time.Second
	lingerTimeout = 2 * time.Second
)

// leaveTime is how long before that one of several nodes says that it is not ready, and serves on. In that
// time proxies have asked and bring people to other nodes: a request that meets a connection just as it
// is closed may fail.
const leaveTime = 3 * time.Second

func newHTTPServer(chat http.Handler, tlsConfig *tls.Config, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           chat,
		TLSConfig:         tlsConfig,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader - headerSlop,
		ErrorLog:          log.New(httpRecords{logger}, "", 0),
		ConnContext:       broker.ConnContext,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          http2Streams,
			MaxReceiveBufferPerConnection: http2Received,
			MaxReceiveBufferPerStream:     http2Received,
			WriteByteTimeout:              stuckTimeout,
		},
	}
}

// serve answers requests until ctx ends, and for as long as it takes to leave, then drains: messages
// under way are answered for, streams are told to come back, and only then the door closes.
func serve(ctx context.Context, server *http.Server, listener *connections, chat *handlers.Server, streams *broker.Broker, leave time.Duration, logger *slog.Logger) error {
	failed := make(chan error, 1)
	go func() { failed <- listener.serve() }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		logger.Info("shutting down")
		chat.Leave()
		time.Sleep(leave)
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		chat.Drain()
		streams.Close()
		chat.Close()
	}()
	select {
	case <-drained:
	case <-time.After(drainTimeout):
		logger.Warn("shut down before everything was answered")
	}
	linger, cancel := context.WithTimeout(context.WithoutCancel(ctx), lingerTimeout)
	defer cancel()
	if server.Shutdown(linger) != nil {
		server.Close()
	}
	return err
}
