package handlers

import (
	"log/slog"
	"testing"

	"plainchat/service"
	"plainchat/views"
)

// StartService starts the service of a log, which may know how messages stand, until the test ends.
func StartService(t testing.TB, log service.Log, kept ...*views.Projector) *service.Service {
	t.Helper()
	opts := service.Options{Log: log, Logger: slog.New(slog.DiscardHandler)}
	if len(kept) > 0 {
		messages := views.NewMessages(log.(views.MessageLog), kept[0])
		opts.Reactions, opts.Standing, opts.Asks = messages, messages, views.NewAskList(log.(views.MessageLog), kept[0])
	}
	s, err := service.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
