package handlers

import (
	"log/slog"
	"testing"

	"plainchat/service"
)

// StartService starts the service of a log, which may know of reactions, until the test ends.
func StartService(t testing.TB, log service.Log, reactions ...service.Reactions) *service.Service {
	t.Helper()
	opts := service.Options{Log: log, Logger: slog.New(slog.DiscardHandler)}
	if len(reactions) > 0 {
		opts.Reactions = reactions[0]
	}
	s, err := service.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
