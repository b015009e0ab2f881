package handlers

import (
	"log/slog"
	"testing"

	"plainchat/service"
	"plainchat/views"
)

// StartService starts the service of a log, which may know how messages stand, until the test ends.
func StartService(t testing.TB, log service.Log, messages ...*views.Messages) *service.Service {
	t.Helper()
	opts := service.Options{Log: log, Logger: slog.New(slog.DiscardHandler)}
	if len(messages) > 0 {
		opts.Reactions, opts.Standing = messages[0], messages[0]
	}
	s, err := service.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
