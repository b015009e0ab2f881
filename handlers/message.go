package handlers

import (
	"net/http"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

// getMessage answers with one message as it stands now. A browser is led to its place on the page,
// be it deleted.
func (s *Server) getMessage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	if _, err := parseQuery(r); err != nil {
		return err
	}
	m, upto, err := s.readMessage(r)
	if err != nil {
		return err
	}
	if wantsHTML(r) {
		id := m.ID.String()
		w.Header().Set("Location", m.Room.Path()+"?around="+id+"#m-"+id)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	if m.Deleted {
		return policy.Deleted
	}
	body := append(m.AppendJSON(nil), '\n')
	s.reads.Charge(clientOf(r), len(body))
	release, err := s.hold(r, len(body))
	if err != nil {
		return err
	}
	defer release()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Last-Event-ID", upto.String())
	_, _ = newPieces(w, pieceTimeout).Write(body) // the client has gone
	return nil
}

// readMessage reads the message that the path names, and the last event that is known to be in
// it. One of another room, or another log, is not there.
func (s *Server) readMessage(r *http.Request) (m views.Message, upto chat.ID, err error) {
	room, seq, err := s.addressed(r)
	if err != nil {
		return m, upto, err
	}
	c, err := s.reader(r, room)
	if err != nil {
		return m, upto, err
	}
	ctx, cancel := steady(r)
	defer cancel()
	_, last, err := s.Store.Bounds(ctx)
	if err != nil {
		return m, upto, err
	}
	h, err := s.messages.Message(ctx, seq, asker(c))
	switch {
	case err != nil:
		return m, upto, err
	case len(h.Messages) == 0 || h.Messages[0].Room != room:
		return m, upto, policy.NotFound
	}
	return h.Messages[0], chat.ID{Epoch: s.Store.Epoch(), Seq: min(last, h.Upto)}, nil
}
