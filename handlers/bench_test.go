package handlers_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"plainchat/bench"
	"plainchat/broker"
	"plainchat/handlers"
	"plainchat/store"
)

// BenchmarkPost is 64 senders, each waiting for its acknowledgement: durable ones,
// and beside them those of a handler that stores nothing. The ratio is the
// price of the log.
func BenchmarkPost(b *testing.B) {
	b.Run("plainchat", func(b *testing.B) { post(b, chat(b)) })
	b.Run("nothing", func(b *testing.B) {
		post(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"id":"e-1","seq":1}`)
		}))
	})
}

// chat returns the whole chat on a log in a folder of its own.
func chat(b *testing.B) http.Handler {
	b.Helper()
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	log, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), Logger: logger})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(streams.Close)
	server, err := handlers.New(handlers.Options{Store: log, Broker: streams, Metrics: handlers.NewMetrics(), Logger: logger})
	if err != nil {
		b.Fatal(err)
	}
	return server
}

// post sends b.N messages to a handler behind a real listener.
func post(b *testing.B, handler http.Handler) {
	b.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	report, err := bench.Run(b.Context(), bench.Options{
		Address: server.URL, Publishers: 64, Rooms: 1, Size: 100, Messages: b.N,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(report.Sending.PerSecond, "acks/s")
}
