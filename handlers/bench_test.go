package handlers_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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

// BenchmarkPostAllocations is one POST without net/http around it: what it allocates
// is the handler's, the log's and the pump's.
func BenchmarkPostAllocations(b *testing.B) {
	handler := chat(b)
	const message = `{"user_name":"me","message":"How much is a message of ordinary length?"}`
	body := strings.NewReader(message)
	r := httptest.NewRequest(http.MethodPost, "/rooms/lobby/messages", io.NopCloser(body))
	r.Header.Set("Content-Type", "application/json")
	w := &discarded{header: make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(message)
		handler.ServeHTTP(w, r)
		if w.status != http.StatusCreated {
			b.Fatal(w.status)
		}
	}
}

// discarded is a response that nobody reads.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) WriteHeader(status int)      { d.status = status }
func (d *discarded) Write(p []byte) (int, error) { return len(p), nil }

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
	server, err := handlers.New(handlers.Options{Store: log, Service: handlers.StartService(b, log), Broker: streams, Metrics: handlers.NewMetrics(), Logger: logger})
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
