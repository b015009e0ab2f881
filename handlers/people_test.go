package handlers

import (
	"log/slog"
	"testing"

	"plainchat/service"
)

// StartService starts the service of a log, until the test ends.
func StartService(t testing.TB, log service.Log) *service.Service {
	t.Helper()
	s, err := service.Start(t.Context(), service.Options{Log: log, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
