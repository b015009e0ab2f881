package handlers

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"plainchat/chat"
)

// A transcript that goes on begins after the id that it was asked for, and without one with
// the newest messages.
func TestFollowBeginsWhereAsked(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	var last string
	for _, text := range []string{"one", "two", "three"} {
		ev, _, err := chatServer.Store.Append(t.Context(), chat.Draft{Room: "tea", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		if text != "three" {
			last = ev.ID.String()
		}
	}
	for query, want := range map[string]string{"": "one", "&limit=2": "two", "&after=" + last: "three"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/rooms/tea?follow"+query, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		res.Body.Close()
		if err != nil || !strings.HasSuffix(line, "Ann: "+want+"\n") {
			t.Errorf("?follow%s begins with %q, %v; want %s", query, line, err, want)
		}
	}
}
