package main

import (
	"context"
	"log/slog"
	"math"
	"time"

	"plainchat/broker"
	"plainchat/handlers"
	"plainchat/identity"
	"plainchat/richtext"
	"plainchat/service"
	"plainchat/store"
	"plainchat/views"
)

// house is what a server consists of below its handlers.
type house struct {
	log     *store.SQLite
	people  *service.Service
	guests  *identity.Guests
	views   *views.Projector
	index   *views.Projector // nil without search
	streams *broker.Broker   // is closed by whoever serves
}

// build opens the log and starts what stands on it.
func (c *serveCmd) build(ctx context.Context, metrics *handlers.Metrics, logger *slog.Logger) (_ *house, err error) {
	h := new(house)
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.log, err = store.Open(ctx, store.Options{
		Dir: c.Data, Retention: time.Duration(c.Retention), MaxSize: int64(c.MaxSize), Logger: logger, OnCommit: metrics.Commit,
	}); err != nil {
		return nil, err
	}
	metrics.Log(logSize(h.log))
	h.views = keepViews(c.Data, h.log, logger)
	metrics.Views("views", h.views)
	if h.people, err = service.Start(ctx, service.Options{Log: h.log, Logger: logger, Reactions: views.NewMessages(h.log, h.views)}); err != nil {
		return nil, err
	}
	secret, err := h.log.Secret(ctx)
	if err != nil {
		return nil, err
	}
	h.guests = identity.NewGuests(secret)
	if h.index = c.keepSearch(h.log, logger); h.index != nil {
		metrics.Views("search", h.index)
	}
	if h.streams, err = broker.New(h.log, broker.Options{Logger: logger, Encode: richtext.AppendEvent}); err != nil {
		return nil, err
	}
	metrics.Streams(&h.streams.Stats)
	h.people.OnRights(h.streams.Recheck)
	return h, nil
}

// close closes what there is but the streams, the log last.
func (h *house) close() {
	if h.people != nil {
		h.people.Close()
	}
	for _, projector := range []*views.Projector{h.index, h.views} {
		if projector != nil {
			projector.Close()
		}
	}
	if h.log != nil {
		h.log.Close()
	}
}

// logSize returns the size of a log for the metrics: not a number if it cannot be read.
func logSize(log *store.SQLite) func() float64 {
	return func() float64 {
		const patience = time.Second
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		size, err := log.Size(ctx)
		if err != nil {
			return math.NaN()
		}
		return float64(size)
	}
}
