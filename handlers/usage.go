package handlers

import "strings"

// usage is how to use the server, for those who ask with curl.
func usage(base string) string {
	return strings.ReplaceAll(`plainchat: chat over plain HTTP. Send with a POST, listen with an event stream.

  send             curl -d 'hello' 'BASE/messages?user_name=me'
  listen           curl -N BASE/events
  from the start   curl -N 'BASE/events?since=all'
  in a room        curl -d 'hello' 'BASE/rooms/tea/messages?user_name=me'
                   curl -N BASE/rooms/tea/events
  read a room      curl BASE/rooms/tea
  and keep on      curl -N 'BASE/rooms/tea?follow'
  as JSON          curl BASE/rooms/tea/messages
  in a browser     BASE/
`, "BASE", base)
}
