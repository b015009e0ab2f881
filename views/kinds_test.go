package views_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// takenIn is which views take in an event of each kind; the others ignore it.
var takenIn = map[string]string{
	"message":  "rooms", // and unread, if somebody is mentioned
	"reply":    "timeline rooms",
	"edit":     "timeline unread",
	"update":   "timeline unread",
	"progress": "timeline unread",
	"delete":   "timeline rooms unread",
	"reaction": "timeline",
	"ask":      "timeline asks",
	"answer":   "asks",
	"pin":      "timeline",
	"read":     "unread",
	"room":     "", // what is set of a room is a fact, as who owns a name and the tokens
	"name":     "",
	"token":    "",
	"webhook":  "", // package webhooks has a view of its own for these two
	"delivery": "",
	"hook":     "",
}

// Whoever adds a kind decides which views it concerns.
func TestEveryKindIsTakenInOrIgnored(t *testing.T) {
	for _, kind := range chat.Kinds {
		t.Run(kind.Name, func(t *testing.T) {
			want, decided := takenIn[kind.Name]
			if !decided {
				t.Fatal("nobody has decided which views take in this kind")
			}
			log := viewstest.New()
			log.Say("r", "@ann Is there tea?")
			if of := kind.Sample.Target(); of > 1 { // it is about a question
				log.Say("r", "And milk?")
				log.Append("r", "Ann", chat.Ask{Of: of, Choices: "yes\nno"})
			}
			p := start(t, views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
			viewstest.Settle(t, p)
			before := map[string][]string{}
			for _, v := range views.All {
				before[v.Name()] = dump(t, p, v.Name()+"_%")
			}
			log.Append("r", "Ann", kind.Sample)
			viewstest.Settle(t, p)
			var took []string
			for _, v := range views.All {
				if !slices.Equal(dump(t, p, v.Name()+"_%"), before[v.Name()]) {
					took = append(took, v.Name())
				}
			}
			if got := strings.Join(took, " "); got != want {
				t.Errorf("it is taken in by %q, want %q", got, want)
			}
		})
	}
}
