package handlers

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/richtext"
	"plainchat/service"
	"plainchat/views"
)

// putByKey writes a message under the key that the path names, or has the message that its sender wrote
// under it say something else.
func (s *Server) putByKey(w http.ResponseWriter, r *http.Request) error {
	c, draft, err := s.receiveByKey(w, r)
	if err != nil {
		return err
	}
	status, err := statusOf(r)
	if err != nil {
		return err
	}
	if err := s.limitBytes(r, draft); err != nil {
		return err
	}
	send := s.recorded
	if status.State == chat.Running { // as often as four times a second: how it ends is recorded
		send = s.admit
	}
	code := http.StatusOK
	ev, unchanged, err := send(r, func(ctx context.Context) (ev chat.Event, unchanged bool, err error) {
		ev, written, err := s.Service.Put(ctx, c, draft, status)
		if written {
			code = http.StatusCreated
		}
		if unchanged = errors.Is(err, service.ErrUnchanged); unchanged {
			err = nil
		}
		return ev, unchanged, err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Location", messagePath(ev))
	writeAck(w, code, ev, unchanged)
	return nil
}

// receiveByKey reads the message of a request whose path names its key.
func (s *Server) receiveByKey(w http.ResponseWriter, r *http.Request) (c policy.Caller, draft chat.Draft, err error) {
	room, err := roomOf(r)
	if err != nil {
		return c, draft, err
	}
	in, err := s.receiveMessage(w, r)
	if err != nil {
		return c, draft, err
	}
	key := param(r, "key")
	if in.clientID != "" && in.clientID != key {
		return c, draft, badField("client_id", "conflict", "problem.key_conflict")
	}
	in.clientID = key
	return s.draft(r, room, in)
}

// statusOf returns the status that a request's query gives a message.
func statusOf(r *http.Request) (status chat.Status, err error) {
	q, err := parseQuery(r)
	if err != nil {
		return status, err
	}
	exit, err := q.number("exit", 32)
	if err != nil {
		return status, err
	}
	took, err := q.number("ms", 63)
	if err != nil {
		return status, err
	}
	status = chat.Status{State: chat.Condition(q.get("state")), Exit: uint32(exit)} // #nosec G115 -- of 32 bits
	status.Took = time.Duration(min(took, chat.MaxTook.Milliseconds()+1)) * time.Millisecond
	return status, status.Check()
}

// number returns a parameter that is a whole number of so many bits; 0 if it was left out.
func (q query) number(name string, bits int) (int64, error) {
	given := q.get(name)
	if given == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(given, 10, bits)
	if err != nil || n > math.MaxInt64 {
		return 0, badField(name, "out_of_range", "problem.not_whole_number", "name", name)
	}
	return int64(n), nil
}

// getVersions answers with what a message says, and has said before its updates.
func (s *Server) getVersions(w http.ResponseWriter, r *http.Request) error {
	m, _, err := s.readMessage(r)
	if err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	versions, err := s.messages.Versions(ctx, m.ID.Seq)
	if err != nil {
		return err
	}
	w.Header().Add("Vary", "Accept")
	contentType, body := "application/json", versionsJSON(versions)
	if wantsHTML(r) {
		transcript := formatTranscript(languageOf(r))
		inLanguage(w, transcript.language)
		contentType, body = transcript.contentType, versionsText(m, versions, transcript)
	}
	s.reads.Charge(clientOf(r), len(body))
	release, err := s.hold(r, len(body))
	if err != nil {
		return err
	}
	defer release()
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = newPieces(w, pieceTimeout).Write(body) // the client has gone
	return nil
}

func versionsJSON(versions []views.Version) []byte {
	body := []byte(`{"versions":[`)
	for i, v := range versions {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendVersion(body, v)
	}
	return append(body, "]}\n"...)
}

// versionsText is for browsers without script, which the link of a message leads there.
func versionsText(m views.Message, versions []views.Version, transcript format) (text []byte) {
	for _, v := range versions {
		ev := chat.Event{ID: v.ID, Time: v.Time, Room: m.Room, From: m.From, Body: chat.Message{Text: v.Text}}
		text = transcript.append(text, &views.Message{Event: ev, Status: v.Status})
	}
	return text
}

func appendVersion(dst []byte, v views.Version) []byte {
	dst = v.ID.Append(append(dst, `{"id":"`...))
	dst = chat.AppendTime(append(dst, `","time":"`...), v.Time)
	dst = chat.AppendQuoted(append(dst, `","message":`...), v.Text)
	if v.Status.State != "" {
		dst = v.Status.AppendJSON(append(dst, `,"status":`...))
	}
	return richtext.AppendBody(append(dst, '}'), richtext.Parse(v.Text))
}
