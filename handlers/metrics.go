package handlers

import (
	"context"
	"math"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/webhooks"
)

// Metrics is what /metrics shows, in the Prometheus formats.
type Metrics struct {
	http.Handler
	registry *prometheus.Registry
	commits  prometheus.Histogram
	batches  prometheus.Histogram
}

// NewMetrics returns metrics of the process, and of the commits told to Commit.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "plainchat_commit_seconds", Help: "How long it took to make a batch of messages durable.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "plainchat_commit_messages", Help: "How many messages were made durable together.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
	}
	m.registry.MustRegister(m.commits, m.batches,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true}) // a compressor takes a megabyte, for as long as the reader wants
	return m
}

// Commit records one commit of the store. It may be called concurrently.
func (m *Metrics) Commit(messages int, took time.Duration) {
	m.commits.Observe(took.Seconds())
	m.batches.Observe(float64(messages))
}

// Streams adds what a broker counts.
func (m *Metrics) Streams(stats *broker.Stats) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "plainchat_connections", Help: "Event streams open now.",
		}, value(&stats.Connections)),
		counter("plainchat_deliveries_total", "Frames written to event streams.", &stats.Deliveries),
		counter("plainchat_readers_cut_total", "Event streams ended because their reader stalled.", &stats.Cut),
		counter("plainchat_tape_misses_total", "Times an event stream had to read the log.", &stats.TapeMisses),
	)
}

// Server adds what a server counts.
func (m *Metrics) Server(s *Server) {
	m.registry.MustRegister(
		counter("plainchat_streams_refused_total", "Event streams refused because too many were open.", &s.streams.refused),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "plainchat_answer_bytes", Help: "Memory of the answers from the log that are on their way.",
		}, func() float64 { return float64(s.unread.Held()) }),
	)
}

// NATS adds whether a node is connected, and how often it was anew.
func (m *Metrics) NATS(connected func() bool, reconnects *atomic.Int64) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "plainchat_nats_connected", Help: "1 while there is a connection to a NATS server, else 0.",
		}, func() float64 {
			if connected() {
				return 1
			}
			return 0
		}),
		counter("plainchat_nats_reconnects_total", "Times that a lost connection to NATS was there again.", reconnects),
	)
}

// Publishes adds how long it takes until NATS has stored a batch of messages, as is told to the function.
func (m *Metrics) Publishes() (observe func(took time.Duration)) {
	took := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "plainchat_publish_seconds", Help: "How long it took until NATS had stored a batch of messages, elections of a leader among it.",
		Buckets: prometheus.ExponentialBuckets(0.001, 2, 15),
	})
	m.registry.MustRegister(took)
	return func(d time.Duration) { took.Observe(d.Seconds()) }
}

// Following adds how a log gets on with the order that it shares with others.
func (m *Metrics) Following(of func() store.Following) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "plainchat_replica_lag", Help: "How far this node lags behind the stream on NATS, in positions, as far as it knows.",
		}, func() float64 { return float64(of().Lag) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "plainchat_nats_silent_seconds", Help: "How long ago this node has heard from the leader of the stream on NATS.",
		}, func() float64 { return time.Since(of().Heard).Seconds() }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "plainchat_publish_retries_total", Help: "Times that a batch of messages was given to NATS again.",
		}, func() float64 { return float64(of().Retries) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "plainchat_publish_uncertain_total", Help: "Messages and other events of which nobody knew whether NATS had stored them.",
		}, func() float64 { return float64(of().Uncertain) }),
	)
}

// Journal adds what was lost of the order that several nodes share: what came from elsewhere, what nobody has, and
// what each server lacks that others have.
func (m *Metrics) Journal(repaired, missing *atomic.Int64, lost func() map[string]uint64) {
	m.registry.MustRegister(
		counter("plainchat_journal_repaired_total", "Entries that a NATS server had lost, and that came from another or from a node.", repaired),
		counter("plainchat_journal_missing_total", "Entries that no NATS server and no node has any more.", missing),
		lostEntries{lost},
	)
}

// lostEntries is a metric of each NATS server.
type lostEntries struct{ of func() map[string]uint64 }

var lostEntriesDesc = prometheus.NewDesc("plainchat_nats_lost_entries", "Entries that a NATS server lacks and others have.", []string{"server"}, nil)

// Describe implements prometheus.Collector.
func (lostEntries) Describe(descs chan<- *prometheus.Desc) { descs <- lostEntriesDesc }

// Collect implements prometheus.Collector.
func (l lostEntries) Collect(metrics chan<- prometheus.Metric) {
	for server, n := range l.of() {
		metrics <- prometheus.MustNewConstMetric(lostEntriesDesc, prometheus.GaugeValue, float64(n), server)
	}
}

// Views adds how far a file of views lags behind the log.
func (m *Metrics) Views(file string, p *views.Projector) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "plainchat_views_lag", Help: "How far what is derived from the log lags behind it, in positions.",
		ConstLabels: prometheus.Labels{"file": file},
	}, func() float64 {
		status, err := p.Status(context.Background())
		if err != nil {
			return math.NaN()
		}
		return float64(status.Last - min(status.Position, status.Last))
	}))
}

// Log adds the size of the log, in bytes, which is asked for each time that somebody looks.
func (m *Metrics) Log(size func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "plainchat_log_bytes", Help: "How much of the disk the messages take, as --max-size counts.",
	}, size))
}

// Webhooks adds what a deliverer of webhooks counts.
func (m *Metrics) Webhooks(d *webhooks.Deliverer) {
	for outcome, n := range map[chat.Outcome]*atomic.Int64{
		chat.DeliveryDone: &d.Counts.Done, chat.DeliveryRetry: &d.Counts.Retry, chat.DeliveryGaveUp: &d.Counts.GaveUp, chat.DeliveryRefused: &d.Counts.Refused,
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "plainchat_webhook_deliveries_total", Help: "Tries to deliver a message to a webhook, by what has come of them.",
			ConstLabels: prometheus.Labels{"outcome": string(outcome)},
		}, value(n)))
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "plainchat_webhook_pending", Help: "Messages that are still to be delivered to webhooks.",
	}, d.Pending))
}

// Records adds how many records of the log found no reader.
func (m *Metrics) Records(dropped *atomic.Int64) {
	m.registry.MustRegister(
		counter("plainchat_log_records_dropped_total", "Log records dropped because nobody took them.", dropped),
	)
}

func counter(name, help string, n *atomic.Int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value(n))
}

func value(n *atomic.Int64) func() float64 {
	return func() float64 { return float64(n.Load()) }
}
