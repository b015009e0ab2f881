package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"plainchat/chat"
)

// peer is one way from a POST to the event streams of its room.
type peer interface {
	// listen answers with an event stream. What is published from the moment
	// on which its header goes out is on it.
	listen(w http.ResponseWriter, r *http.Request, room string)
	// publish passes an event on, in the order of the calls from one caller.
	// It may wait for slow streams, but must not lose anything.
	publish(ev *chat.Event)
}

// epoch is as long as that of a log of plainchat.
const epoch = "abcdefghij"

// handler serves a peer.
func handler(p peer) http.Handler {
	var seq atomic.Uint64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rooms/{room}/events", func(w http.ResponseWriter, r *http.Request) {
		p.listen(w, r, r.PathValue("room"))
	})
	mux.HandleFunc("POST /rooms/{room}/messages", func(w http.ResponseWriter, r *http.Request) {
		ev, err := readEvent(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ev.ID.Seq = seq.Add(1)
		p.publish(ev)
		acknowledge(w, ev)
	})
	return mux
}

// readEvent makes an event of what was posted, unchecked.
func readEvent(r *http.Request) (*chat.Event, error) {
	var in struct {
		UserName chat.Name `json:"user_name"`
		Message  string    `json:"message"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	return &chat.Event{
		ID: chat.ID{Epoch: epoch}, Room: chat.Room(r.PathValue("room")), From: chat.Person{Name: in.UserName},
		Body: chat.Message{Text: in.Message}, Time: time.Now().UTC().Truncate(time.Millisecond),
	}, nil
}

// acknowledge answers with as many bytes of JSON as plainchat does.
func acknowledge(w http.ResponseWriter, ev *chat.Event) {
	body := ev.AppendJSON(nil)
	body = append(body[:len(body)-1], `,"duplicate":false}`+"\n"...)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body)
}

// eventName is the name under which the tutorial's browsers wait for messages.
const eventName = "my response"

// frame returns an event as it stands on a stream.
func frame(ev *chat.Event) []byte {
	b := ev.ID.Append([]byte("id: "))
	b = ev.AppendJSON(append(b, "\ndata: "...))
	return append(b, "\nevent: "+eventName+"\n\n"...)
}
