package main

import (
	"log/slog"
	"path/filepath"
	"slices"

	"plainchat/store"
	"plainchat/views"
	"plainchat/views/search"
	"plainchat/webhooks"
)

// keepViews keeps the views of a log, in its folder. It is to be closed before the log.
func keepViews(folder string, log store.Log, logger *slog.Logger) *views.Projector {
	return views.Start(views.Options{
		Path: filepath.Join(folder, "views.db"), Log: log, Views: append(slices.Clone(views.All), webhooks.View{}), Logger: logger,
		Share: 0.05, // of a processor: those who append have the rest
	})
}

// keepSearch keeps the index of words of a log, in its folder; nil if it is not wanted, and
// then removes it. It is to be closed before the log.
func (c *serveCmd) keepSearch(log store.Log, logger *slog.Logger) *views.Projector {
	path := filepath.Join(c.Data, "search.db")
	if !c.Search {
		if err := views.Remove(path); err != nil {
			logger.Warn("the search index, which is not wanted, cannot be removed; remove it", "path", path, "err", err)
		}
		return nil
	}
	return views.Start(views.Options{
		Path: path, Log: log, Views: []views.View{search.View{}}, Logger: logger,
		Share: 0.1, // it costs more than all else, and can wait
	})
}
