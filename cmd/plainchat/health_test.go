package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plainchat/broker"
	"plainchat/handlers"
	"plainchat/service"
	"plainchat/store"
)

func TestHealth(t *testing.T) {
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	defer streams.Close()
	people, err := service.Start(t.Context(), service.Options{Log: log, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	defer people.Close()
	chat, err := handlers.New(handlers.Options{Store: log, Service: people, Broker: streams, Metrics: handlers.NewMetrics(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(chat)
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}

	check := func() (string, error) {
		var out bytes.Buffer
		err := (&healthCmd{target{address}}).Run(t.Context(), stdio{out: &out})
		return out.String(), err
	}
	if out, err := check(); out != "ready\n" || err != nil {
		t.Errorf("serving: %q, %v", out, err)
	}
	chat.Drain()
	if out, err := check(); out != "" || err == nil || !strings.Contains(err.Error(), "restarting") {
		t.Errorf("draining: %q, %v", out, err)
	}
	server.Close()
	if out, err := check(); out != "" || err == nil || !strings.Contains(err.Error(), "cannot reach") {
		t.Errorf("gone: %q, %v", out, err)
	}
}
