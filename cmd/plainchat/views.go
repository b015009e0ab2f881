package main

import (
	"log/slog"
	"path/filepath"

	"plainchat/store"
	"plainchat/views"
)

// keepViews keeps the views of a log, in its folder. It is to be closed before the log.
func keepViews(folder string, log store.Log, logger *slog.Logger) *views.Projector {
	return views.Start(views.Options{
		Path: filepath.Join(folder, "views.db"), Log: log, Views: views.All, Logger: logger,
		Share: 0.05, // of a processor: those who append have the rest
	})
}
