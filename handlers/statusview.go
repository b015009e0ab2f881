package handlers

import (
	"plainchat/chat"
	"plainchat/locale"
)

// statusSign is what the looks of a message go by: how it stands with what it tells of and, of what has
// ended, whether that went well. status.js has the same rule.
func statusSign(s chat.Status) string {
	if s.State == chat.Ended && s.Exit != 0 {
		return "failed"
	}
	return string(s.State)
}

// statusText is a status in words, which status.js has too.
func statusText(s chat.Status, c *locale.Catalogue) string {
	switch {
	case s.State != chat.Ended:
		return c.Text("page.status." + string(s.State))
	case s.Took == 0:
		return c.Text("page.status.ended", "exit", s.Exit)
	}
	return c.Text("page.status.ended_after", "exit", s.Exit, "took", c.Duration(s.Took))
}
