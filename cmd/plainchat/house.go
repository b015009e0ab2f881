package main

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"plainchat/asks"
	"plainchat/broker"
	"plainchat/cluster"
	"plainchat/handlers"
	"plainchat/identity"
	"plainchat/lives"
	"plainchat/richtext"
	"plainchat/service"
	"plainchat/views"
	"plainchat/webhooks"
)

// house is what a server consists of below its handlers.
type house struct {
	log      chatLog
	people   *service.Service
	guests   *identity.Guests
	views    *views.Projector
	index    *views.Projector // nil without search
	streams  *broker.Broker   // is closed by whoever serves
	others   *cluster.People  // at other nodes; nil where this is the only one
	stop     func()           // ends what others does
	chores   chores
	webhooks *webhooks.Deliverer
}

// build opens the log and starts what stands on it.
func (c *serveCmd) build(ctx context.Context, metrics *handlers.Metrics, logger *slog.Logger) (_ *house, err error) {
	h := new(house)
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	var secret []byte
	if h.log, secret, err = c.openLog(ctx, metrics, logger); err != nil {
		return nil, err
	}
	metrics.Log(logSize(h.log))
	h.views = keepViews(c.Data, h.log, logger)
	metrics.Views("views", h.views)
	messages := views.NewMessages(h.log, h.views)
	if h.people, err = service.Start(ctx, service.Options{Log: h.log, Logger: logger, Reactions: messages, Standing: messages, Asks: views.NewAskList(h.log, h.views)}); err != nil {
		return nil, err
	}
	h.guests = identity.NewGuests(secret)
	if h.index = c.keepSearch(h.log, logger); h.index != nil {
		metrics.Views("search", h.index)
	}
	options := broker.Options{Logger: logger, Encode: richtext.AppendEvent}
	joined, isJoined := h.log.(joinedLog)
	if isJoined {
		h.others = joined.journal.People()
		options.Relay = h.others
		counts := joined.journal.Counts()
		metrics.NATS(joined.journal.Connected, &counts.Reconnects)
		metrics.Following(joined.Following)
		metrics.Journal(&counts.Repaired, &counts.Missing, joined.journal.Lost)
	}
	if h.streams, err = broker.New(h.log, options); err != nil {
		return nil, err
	}
	if isJoined {
		h.relay(joined.journal, logger)
	}
	metrics.Streams(&h.streams.Stats)
	h.people.OnRights(h.streams.Recheck)
	keeper := asks.Keeper{Questions: views.NewAskList(h.log, h.views), Service: h.people, Moved: h.views.Moved, Leads: h.leads, Logger: logger}
	h.chores.run(keeper.Run)
	h.chores.run((&lives.Keeper{Messages: messages, Service: h.people, Leads: h.leads, Logger: logger}).Run)
	h.webhooks = webhooks.New(webhooks.Options{
		Log: h.log, Views: h.views, Messages: messages, Service: h.people, Guard: c.guard(), Leads: h.leads, Logger: logger,
	})
	metrics.Webhooks(h.webhooks)
	h.chores.runUntil(ctx, h.webhooks.Run)
	return h, nil
}

// leads reports whether this node does what one node of the chat has to do.
func (h *house) leads() bool { return h.others == nil || h.others.Leads() }

// relay has the other nodes told who listens here, and the other way round, and looks after the servers, until stop.
func (h *house) relay(journal *cluster.Journal, logger *slog.Logger) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { journal.WatchServers(ctx) })
	running.Go(func() {
		if err := h.others.Run(ctx, h.streams); err != nil {
			logger.Error("who is at other nodes is not known", "err", err)
		}
	})
	h.stop = func() {
		cancel()
		running.Wait()
	}
}

// close closes what there is but the streams, the log last.
func (h *house) close() {
	h.chores.close()
	if h.stop != nil {
		h.stop()
	}
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
func logSize(log chatLog) func() float64 {
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
