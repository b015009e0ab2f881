package handlers

import "strings"

// usage is what a server says of itself to who asks with curl.
func usage(base string) string {
	return strings.ReplaceAll(`plainchat: chat over plain HTTP. You speak with a POST and listen with an event stream.

  say something    curl -d 'hello' 'BASE/messages?user_name=me'
  listen           curl -N BASE/events
  from the start   curl -N 'BASE/events?since=all'
  in a room        curl -d 'hello' 'BASE/rooms/tea/messages?user_name=me'
                   curl -N BASE/rooms/tea/events
  read a room      curl BASE/rooms/tea
  and go on        curl -N 'BASE/rooms/tea?follow'
  as JSON          curl BASE/rooms/tea/messages
  in a browser     BASE/
`, "BASE", base)
}
