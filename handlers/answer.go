package handlers

import (
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"plainchat/chat"
	"plainchat/internal/limits"
	"plainchat/policy"
	"plainchat/views"
)

// What is read from the log goes out as an answer of bounded size, in pieces, since there
// is no telling whether anybody reads it.
const (
	// answerBytes is about how long an answer may be, in bytes as it is sent: a page of
	// history ends before the message with which it would be longer.
	answerBytes = 256 << 10
	// pieceBytes have to go out within pieceTimeout, and the whole answer within
	// answerTimeout. The reader may be a person in front of a pager.
	pieceBytes    = 16 << 10
	pieceTimeout  = 30 * time.Second
	answerTimeout = 3 * time.Minute
	// answerOverhead is about what an answer takes in memory beside what it says: two
	// buffers, a goroutine and its connection.
	answerOverhead = 48 << 10
	// readCost is what reading costs a client beside the bytes that it is answered, since the
	// shortest answer takes some work.
	readCost = 4 << 10
	// All answers that are under way may take unreadBytes, and those of one client
	// unreadBytesOfClient.
	unreadBytes         = 64 << 20
	unreadBytesOfClient = 16 << 20
)

// pieces writes an answer piece by piece, each with a deadline of its own.
type pieces struct {
	w       http.ResponseWriter
	timeout time.Duration // of a piece
	end     time.Time     // of the answer
}

func newPieces(w http.ResponseWriter, timeout time.Duration) *pieces {
	return &pieces{w, timeout, time.Now().Add(answerTimeout)}
}

// Write implements io.Writer. An error means that the client has gone, or reads too slowly.
func (p *pieces) Write(body []byte) (int, error) {
	rc, written := http.NewResponseController(p.w), 0
	for piece := range slices.Chunk(body, pieceBytes) {
		deadline := time.Now().Add(p.timeout)
		if p.end.Before(deadline) {
			deadline = p.end
		}
		_ = rc.SetWriteDeadline(deadline) // not every writer has one
		n, err := p.w.Write(piece)
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// buffers holds those in which pieces are put together.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// keepBuffer puts a buffer back into buffers.
func keepBuffer(buf *[]byte) {
	if cap(*buf) <= 4*pieceBytes { // a short answer is not counted for more
		buffers.Put(buf)
	}
}

var errNoThread = busy("unavailable", "5", "problem.no_thread")

// history is a page of a room's history, read for one answer: what Size tells is bytes of the
// answer.
type history struct {
	views.History
	memory int           // bytes that it takes while it is written in pieces
	reader policy.Caller // who asked for it
}

// readHistory reads a page, or as much of it as fits into an answer; size is about what a
// message takes there, in bytes. The client is charged for it.
func (s *Server) readHistory(r *http.Request, page views.Page, size func(*views.Message) int) (h history, err error) {
	if h.reader, err = s.reader(r, page.Room); err != nil {
		return h, err
	}
	longest := 0
	measure := func(m *views.Message) int {
		n := size(m)
		longest = max(longest, n)
		return n
	}
	ctx, cancel := steady(r)
	defer cancel()
	page.Asker, page.Size, page.Bytes = asker(h.reader), measure, answerBytes
	h.History, err = s.messages.Page(ctx, page)
	switch {
	case errors.Is(err, views.ErrNoMessage):
		return h, policy.NotFound
	case errors.Is(err, views.ErrNotReady):
		return h, errNoThread
	}
	h.memory = longest
	for i := range h.Messages {
		h.memory += h.Messages[i].Memory()
	}
	s.reads.Charge(clientOf(r), h.Size)
	return h, err
}

// reader returns who wants to read something of rooms, if they may. Their client is charged for
// the reading; what it is answered comes on top.
func (s *Server) reader(r *http.Request, rooms ...chat.Room) (policy.Caller, error) {
	c, err := s.listener(r, rooms...)
	if err != nil || c.Operator {
		return c, err
	}
	if wait := s.reads.Take(clientOf(r), readCost); wait > 0 {
		return c, rateLimited("problem.reading_too_fast", wait)
	}
	return c, nil
}

// roomReader returns the room that a request names, and who wants to read something of it, if they may.
func (s *Server) roomReader(r *http.Request) (room chat.Room, c policy.Caller, err error) {
	if _, err := parseQuery(r); err != nil {
		return room, c, err
	}
	if room, err = roomOf(r); err != nil {
		return room, c, err
	}
	c, err = s.reader(r, room)
	return room, c, err
}

// hold takes room for an answer that will be in memory until it is read, and returns what
// gives that back.
func (s *Server) hold(r *http.Request, size int) (release func(), err error) {
	client, held := clientOf(r), int64(size+answerOverhead)
	switch err := s.unread.Take(client, held); {
	case errors.Is(err, limits.ErrClient):
		return nil, errClientAnswers
	case err != nil:
		return nil, errAnswers
	}
	return func() { s.unread.Return(client, held) }, nil
}

// sendJSON answers with what was read from the log or a view. The client is charged for it.
func (s *Server) sendJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.sendBody(w, r, "application/json", append(body, '\n'))
}

// sendBody answers with what is not to be kept. The client is charged for it.
func (s *Server) sendBody(w http.ResponseWriter, r *http.Request, contentType string, body []byte) error {
	s.reads.Charge(clientOf(r), len(body))
	release, err := s.hold(r, len(body))
	if err != nil {
		return err
	}
	defer release()
	w.Header().Set("Content-Type", contentType)
	w.Header()["Cache-Control"] = ackCache
	_, _ = newPieces(w, pieceTimeout).Write(body) // the client has gone
	return nil
}
