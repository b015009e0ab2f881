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
  search           curl 'BASE/search?q=hello'
  edit, delete     curl -X PATCH -d 'better' -H 'Authorization: Bearer plc_...' BASE/rooms/tea/messages/ID
                   curl -X DELETE -H 'Authorization: Bearer plc_...' BASE/rooms/tea/messages/ID
  reply            curl -d 'yes' 'BASE/rooms/tea/messages?user_name=me&reply_to=ID'
  react            curl -X PUT 'BASE/rooms/tea/messages/ID/reactions/👍?user_name=me'
  who is here      curl -H 'Accept: text/plain' BASE/rooms/tea/people
  everything       BASE/openapi.yaml
  in a browser     BASE/
`, "BASE", base)
}
