package main

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"plainchat/chat"
	"plainchat/cluster"
	"plainchat/handlers"
	"plainchat/locale"
	"plainchat/store"
)

// natsFlags say where the order of the log is that other nodes of the chat share; without addresses it is
// in this log alone.
type natsFlags struct {
	NATS     []string `name:"nats" placeholder:"URL"`
	natsChat `embed:""`
}

// natsChat says which chat of NATS it is, and how to get at it.
type natsChat struct {
	NATSCreds    string   `name:"nats-creds" placeholder:"FILE"`
	NATSCA       string   `name:"nats-ca" placeholder:"FILE"`
	NATSCert     string   `name:"nats-cert" placeholder:"FILE"`
	NATSKey      string   `name:"nats-key" placeholder:"FILE"`
	NATSStream   string   `name:"nats-stream" default:"plainchat" placeholder:"NAME"`
	NATSReplicas int      `name:"nats-replicas" default:"3" placeholder:"N"`
	NATSMonitor  []string `name:"nats-monitor" placeholder:"URL"`
}

// options are those of the chat on servers.
func (f *natsChat) options(urls []string, logger *slog.Logger) cluster.Options {
	return cluster.Options{
		URLs: urls, Credentials: f.NATSCreds, CA: f.NATSCA, Certificate: f.NATSCert, Key: f.NATSKey,
		Stream: f.NATSStream, Replicas: f.NATSReplicas, Monitors: f.NATSMonitor, Logger: logger,
	}
}

// connect joins the chat that the flags name; a new one has the epoch.
func (f *natsFlags) connect(ctx context.Context, epoch string, logger *slog.Logger) (*cluster.Journal, error) {
	return cluster.Connect(ctx, f.options(f.NATS, logger), epoch)
}

// visit joins the chat that the flags name, if there is one.
func (f *natsFlags) visit(ctx context.Context, logger *slog.Logger) (*cluster.Journal, error) {
	options := f.options(f.NATS, logger)
	options.Existing = true
	return cluster.Connect(ctx, options, "")
}

// chatLog is the log of a chat, be it of one node or of several.
type chatLog interface {
	store.Log
	store.History
	State(ctx context.Context) iter.Seq2[chat.Event, error]
	Size(ctx context.Context) (int64, error)
}

// openLog opens the log, and returns the key of the cookies by which people are known again.
func (c *serveCmd) openLog(ctx context.Context, metrics *handlers.Metrics, logger *slog.Logger) (chatLog, []byte, error) {
	opts := store.Options{
		Dir: c.Data, Retention: time.Duration(c.Retention), MaxSize: int64(c.MaxSize), Logger: logger, OnCommit: metrics.Commit,
	}
	if len(c.NATS) > 0 {
		opts.OnPublish = metrics.Publishes()
		return c.joinLog(ctx, opts)
	}
	log, err := store.Open(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	secret, err := log.Secret(ctx)
	return log, secret, err
}

// joinLog opens the log as one of several that follow a stream of NATS.
func (c *serveCmd) joinLog(ctx context.Context, opts store.Options) (chatLog, []byte, error) {
	journal, err := c.connect(ctx, store.NewEpoch(), opts.Logger)
	if err != nil {
		return nil, nil, err
	}
	log, err := store.OpenReplica(ctx, opts, journal)
	if err != nil {
		journal.Close()
		return nil, nil, err
	}
	joined := joinedLog{log, journal}
	if log.Ended() {
		return joined, nil, locale.NewError("cli.replica.moved")
	}
	secret, err := log.Secret(ctx)
	if err == nil {
		secret, err = journal.Secret(ctx, secret)
	}
	if err == nil {
		err = log.KeepSecret(ctx, secret)
	}
	return joined, secret, err
}

// joinedLog leaves NATS when it is closed.
type joinedLog struct {
	*store.Replica
	journal *cluster.Journal
}

// Close implements store.Log.
func (l joinedLog) Close() error {
	defer l.journal.Close()
	return l.Replica.Close()
}
