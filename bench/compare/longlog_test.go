package main

import (
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/handlers"
	"plainchat/service"
	"plainchat/store"
)

// TestClient: what is asked of a long log is answered by a real plainchat on a real
// log, if a short one.
func TestClient(t *testing.T) {
	filled := &longLog{filepath.Join(t.TempDir(), "log"), 1_000}
	if err := filled.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, log := serveLog(t, filled.dir)
	if first, last, err := log.Bounds(t.Context()); err != nil || first != 1 || last != 1_000 {
		t.Errorf("holds %d to %d, %v", first, last, err)
	}
	if !c.isReady(c.address) {
		t.Error("is not ready")
	}
	ev, err := c.post(t.Context(), logRoom(7), "one more")
	if err != nil || ev.ID != (chat.ID{Epoch: log.Epoch(), Seq: 1_001}) || ev.Room != logRoom(7) {
		t.Errorf("posted %+v, %v", ev, err)
	}
	if err := c.firstEvent(t.Context(), logRoom(7), chat.ID{Epoch: log.Epoch(), Seq: 500}); err != nil {
		t.Error(err)
	}
	if err := c.lastPage(t.Context(), logRoom(7)); err != nil {
		t.Error(err)
	}
	if got, err := c.resident(t.Context()); err != nil || got < 0 {
		t.Errorf("holds %v bytes, %v", got, err)
	}
	if got, err := folderSize(filled.dir); err != nil || got < 100_000 {
		t.Errorf("has %v bytes on disk, %v", got, err)
	}
	if _, err := c.post(t.Context(), "no room", "?"); err == nil || !strings.Contains(err.Error(), "status 422") {
		t.Errorf("got %v", err)
	}
}

// serveLog serves a log as plainchat does, until the test ends.
func serveLog(t *testing.T, dir string) (*client, *store.SQLite) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(streams.Close)
	people, err := service.Start(t.Context(), service.Options{Log: log, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(people.Close)
	chat, err := handlers.New(handlers.Options{Store: log, Service: people, Broker: streams, Metrics: handlers.NewMetrics(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(chat)
	t.Cleanup(server.Close)
	c := newClient(server.Listener.Addr().String())
	t.Cleanup(c.close)
	return c, log
}

func TestFsync(t *testing.T) {
	f, err := fsyncFigures(t.Context(), t.TempDir(), 10*time.Millisecond)
	if err != nil || f[figAcks] <= 0 || f[figAckP50] > f[figAckP99] {
		t.Errorf("got %v, %v", f, err)
	}
}

func TestPercentile(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	if a, b, c := percentile(values, 50), percentile(values, 99), percentile([]float64{7}, 1); a != 3 || b != 5 || c != 7 {
		t.Errorf("got %v, %v, %v", a, b, c)
	}
}
