package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/internal/limits"
	"plainchat/policy"
)

// maxStreamRooms is how many rooms one stream may listen to.
const maxStreamRooms = 16

// getEvents opens an event stream.
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) error {
	q, err := parseStreamQuery(r)
	if err != nil {
		return err
	}
	rooms, err := streamRooms(r, q)
	if err != nil {
		return err
	}
	given, err := q.userName()
	if err != nil {
		return err
	}
	var name chat.Name
	if given != "" {
		if name, err = chat.ParseName(given); err != nil {
			return err
		}
		announced, err := s.mayAnnounce(r)
		if err != nil {
			return err
		}
		if !announced {
			name = ""
		}
		name = chat.Name(strings.Clone(string(name))) // else it would keep the request line
	}
	heartbeatEvents, err := asksFor(q, "heartbeat", "event")
	if err != nil {
		return err
	}
	unnamed, err := asksFor(q, "event", "message")
	if err != nil {
		return err
	}
	c, err := s.listener(r, rooms...)
	if err != nil {
		return err
	}
	if name != "" && !s.mayAttend(c, name, rooms) {
		name = "" // not theirs: they listen all the same, unannounced, as an EventSource gives up at an error
	}
	if r.Method == http.MethodHead {
		broker.SetHeader(w.Header())
		return nil
	}
	// What is malformed the stream answers itself: an EventSource gives up at an error.
	since, _ := chat.ParseSince(cmp.Or(r.Header.Get("Last-Event-ID"), q.get("since")), time.Now())
	sub := broker.Subscription{
		Rooms: rooms, Since: since, UserName: name, HeartbeatEvents: heartbeatEvents, Unnamed: unnamed,
		May: s.rightsOf(c),
	}
	if q.has("activity") {
		sub.Activity, sub.Person = s.audienceOf(c), c.Person.ID
	}
	return s.stream(w, r, sub)
}

// mayAttend reports whether a listener may be announced under a name in all of the rooms.
func (s *Server) mayAttend(c policy.Caller, name chat.Name, rooms []chat.Room) bool {
	return !slices.ContainsFunc(rooms, func(room chat.Room) bool { return s.Service.MayAttend(c, room, name) != nil })
}

// rightsOf returns what a stream is asked for while it is open: whether its token is still good.
// Nil is for those whose rights do not end.
func (s *Server) rightsOf(c policy.Caller) func(chat.Room) error {
	if c.Token == nil {
		return nil
	}
	id := c.Token.ID
	return func(room chat.Room) error {
		token, known := s.Service.Facts.TokenByID(id)
		if !known || token.Revoked {
			return tokenInvalid(nil)
		}
		return policy.Listen(policy.Caller{Token: &token}, room)
	}
}

// audienceOf returns with whom somebody shares what they may listen to: all who have the same
// token, and all who have none.
func (s *Server) audienceOf(c policy.Caller) *broker.Audience {
	if c.Token == nil {
		return new(broker.Audience)
	}
	return &broker.Audience{Key: c.Token.ID, May: s.rightsOf(c)}
}

// asksFor reports whether a parameter is given, which has one value that it can have.
func asksFor(q query, name, value string) (bool, error) {
	if q.has(name) && q.get(name) != value {
		return false, badField(name, "unknown", "problem.parameter_value", "name", name, "value", value)
	}
	return q.has(name), nil
}

// stream serves a subscription, and counts it in the sum of the records.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, sub broker.Subscription) error {
	end, err := s.openStream(w, r, sub.Rooms, sub.UserName)
	if err != nil {
		return err
	}
	sub.Client, sub.OnEnd = clientOf(r).Network(), end
	err = s.Broker.Serve(w, r, sub)
	if err != nil {
		end(err)
	}
	return err
}

// openStream takes a place among the streams and records that; end, which is to be called once,
// gives it back.
func (s *Server) openStream(w http.ResponseWriter, r *http.Request, rooms []chat.Room, name chat.Name) (end func(reason error), err error) {
	if s.draining() {
		return nil, errDraining
	}
	// The stream may outlive the request by days, so nothing of that is kept, and little else.
	client, start := clientAddr(r), time.Now()
	if err := s.enter(w, r, len(rooms)); err != nil {
		s.sum.refuseOne()
		s.Logger.Debug("stream refused", "client", client, "reason", err.Error())
		return nil, err
	}
	s.sum.openOne()
	s.Logger.Debug("stream opened", "client", client, "rooms", rooms, "user_name", name)
	return func(reason error) {
		s.streams.leave(limits.ParseClient(client), len(rooms))
		s.sum.endOne(reason)
		s.Logger.Debug("stream ended", "client", client, "rooms", rooms, "user_name", name,
			"reason", reason.Error(), "after_ms", time.Since(start).Milliseconds())
	}, nil
}

// enter takes a place among the streams.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, rooms int) error {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.ending, func() { cancel(errDraining) })()
	err := s.streams.enter(ctx, clientOf(r), rooms)
	if err != nil && r.ProtoMajor == 1 { // kept for a next request, the connection would cost as much as a stream
		w.Header().Set("Connection", "close")
	}
	return err
}

// streamRooms returns the rooms a stream is for: the one in the path, and those
// in the query; sorted, and each once.
func streamRooms(r *http.Request, q query) ([]chat.Room, error) {
	named := q["room"]
	var rooms []chat.Room
	if len(named) == 0 || chi.URLParam(r, "room") != "" {
		room, err := roomOf(r)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, room)
	}
	if len(rooms)+len(named) > maxStreamRooms {
		return nil, badField("room", "too_many", "problem.stream_rooms")
	}
	for _, name := range named {
		room, err := chat.ParseRoom(name)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, room)
	}
	slices.Sort(rooms)
	return slices.Compact(rooms), nil
}
