package main

import (
	"context"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"plainchat/chat"
)

// roomsCmd lists the rooms.
type roomsCmd struct{ operated }

// roomJSON is a room in the list of a server.
type roomJSON struct {
	Room     chat.Room `json:"room"`
	Topic    string    `json:"topic"`
	Archived bool      `json:"archived"`
	Last     *struct {
		Time time.Time `json:"time"`
	} `json:"last"`
}

// Run prints a line for each room: its name, when something was last written there, and its
// topic.
func (c *roomsCmd) Run(ctx context.Context, std stdio) error {
	var rooms []roomJSON
	for path := "/rooms"; path != ""; {
		var page struct {
			Rooms []roomJSON `json:"rooms"`
			Next  string     `json:"next"`
		}
		if err := c.ask(ctx, http.MethodGet, path, nil, &page); err != nil {
			return err
		}
		rooms, path = append(rooms, page.Rooms...), page.Next
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, r := range rooms {
		last, topic := "-", chat.LineForTerminal(r.Topic)
		if r.Last != nil {
			last = r.Last.Time.UTC().Format(time.RFC3339)
		}
		if r.Archived {
			topic = "(" + std.words.Text("cli.archived") + ") " + topic
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Room, last, topic)
	}
	return table.Flush()
}
