package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"plainchat/store"
)

// Options say which NATS there is, and which of its chats this is.
type Options struct {
	// URLs are those of the servers, such as nats://a:4222.
	URLs []string
	// Credentials is the file of a user's credentials, or empty.
	Credentials string
	// CA is a file of certificates (PEM) by which the servers are verified, instead of those of the system; or
	// empty. Certificate and Key are the files (PEM) by which the servers verify this client; or empty.
	CA, Certificate, Key string
	// Stream is the name of the chat's stream, and begins its subjects: letters, digits, - and _.
	Stream string
	// Replicas is on how many servers the stream is kept: 1, 3 or 5.
	Replicas int
	// Monitors are the servers' monitoring ports, such as http://a:8222, where those are not the usual ones.
	Monitors []string
	// MaxBytes is how much of each server's disk the stream may take, in bytes; 0 is no limit.
	MaxBytes int64
	Logger   *slog.Logger
	// Existing is that a stream that is not there is not made.
	Existing bool
}

const (
	// pingEvery and pingsOut notice a server that is frozen: after three pings.
	pingEvery = 2 * time.Second
	pingsOut  = 2
	// reconnectEvery is how long it waits before it tries the servers once more, with as much again by
	// chance.
	reconnectEvery = 250 * time.Millisecond
	// attempt is how long one request takes at the most, before it is made again.
	attempt = time.Second
)

// Journal is a store.Journal on a stream of JetStream. Its methods may be called concurrently.
type Journal struct {
	opts   Options
	conn   *nats.Conn
	link   link
	js     jetstream.JetStream
	stream jetstream.Stream
	epoch  string
	counts Counts
	origin store.Origin
	lost   atomic.Pointer[map[string]uint64] // see Lost
	seen   []Server                          // at the start
}

// Connect connects to NATS and opens the chat's stream, or makes it; a new stream has the epoch that
// is given. Its errors are sentences for the person who starts the program.
func Connect(ctx context.Context, opts Options, epoch string) (*Journal, error) {
	j, err := dial(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := j.open(ctx, epoch); err != nil {
		j.conn.Close()
		return nil, err
	}
	j.compareCopies(j.seen)
	j.noteLost(j.seen)
	return j, nil
}

// dial connects to NATS, if the servers will do, and to no stream yet.
func dial(ctx context.Context, opts Options) (*Journal, error) {
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	j := &Journal{opts: opts}
	j.link.broken() // until there is a connection
	var err error
	if j.conn, err = nats.Connect(strings.Join(opts.URLs, ","), j.natsOptions()...); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	if err = j.awaitConnection(ctx); err == nil {
		err = j.checkServers(ctx)
	}
	if err == nil {
		j.js, err = jetstream.New(j.conn)
	}
	if err != nil {
		j.conn.Close()
		return nil, err
	}
	return j, nil
}

// natsOptions have the client try for ever, and keep nothing back to send later: a message that was
// refused must not be stored after that.
func (j *Journal) natsOptions() []nats.Option {
	options := []nats.Option{
		nats.Name("plainchat"), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectBufSize(-1),
		nats.IgnoreAuthErrorAbort(), // its password may be changed on one server after the other
		nats.NoEcho(),               // what a node asks others is not for itself
		nats.ReconnectWait(reconnectEvery), nats.ReconnectJitter(reconnectEvery, reconnectEvery),
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsOut), nats.Timeout(attempt),
		nats.ConnectHandler(func(*nats.Conn) { j.link.restored() }),
		nats.DisconnectErrHandler(func(c *nats.Conn, err error) {
			if c.IsClosed() { // by Close
				return
			}
			j.link.broken()
			j.opts.Logger.Warn("the connection to NATS is lost; trying again", "err", err)
		}),
		nats.ReconnectHandler(func(c *nats.Conn) {
			j.link.restored()
			j.counts.Reconnects.Add(1)
			j.opts.Logger.Info("connected to NATS again", "server", c.ConnectedServerName())
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { j.opts.Logger.Warn("NATS", "err", err) }),
	}
	if j.opts.Credentials != "" {
		options = append(options, nats.UserCredentials(j.opts.Credentials))
	}
	if j.opts.CA != "" {
		options = append(options, nats.RootCAs(j.opts.CA))
	}
	if j.opts.Certificate != "" {
		options = append(options, nats.ClientCert(j.opts.Certificate, j.opts.Key))
	}
	return options
}

// Close leaves NATS. What is published must have been answered.
func (j *Journal) Close() { j.conn.Close() }

// Connected reports whether there is a connection to a NATS server.
func (j *Journal) Connected() bool { return j.link.isUp() }

// Counts returns what the journal counts.
func (j *Journal) Counts() *Counts { return &j.counts }

// Epoch implements store.Journal.
func (j *Journal) Epoch() string { return j.epoch }

// Origin implements store.Journal.
func (j *Journal) Origin() store.Origin { return j.origin }
