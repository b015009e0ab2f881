package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// stage is the program with a stream of the test's own: it says what happens, and is told
// what people do to messages.
type stage struct {
	t      *testing.T
	server *server
	url    string
	epoch  string

	mu     sync.Mutex
	seq    int
	frames []string
	more   chan struct{} // closed when there are more frames
	stored map[string]any
	done   []string
	answer http.HandlerFunc // to what is done to a message
}

// startStage runs the program with messages in the lobby, as "name: text".
func startStage(t *testing.T, said ...string) *stage {
	t.Helper()
	s := &stage{t: t, server: startServer(t), more: make(chan struct{}), stored: make(map[string]any)}
	for _, line := range said {
		name, text, _ := strings.Cut(line, ": ")
		s.server.Post("lobby", name, text)
	}
	s.seq = len(said)
	s.epoch, _, _ = strings.Cut(s.server.Said("lobby")[0].ID, "-")
	target, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	mux := http.NewServeMux()
	mux.Handle("/", pass)
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("GET /rooms/lobby/messages/{id}", s.getMessage)
	for _, pattern := range []string{"/rooms/lobby/messages/{id}", "/rooms/lobby/messages/{id}/{rest...}", "POST /rooms/lobby/messages"} {
		mux.HandleFunc(pattern, s.act)
	}
	front := httptest.NewServer(mux)
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections)
	s.url = front.URL + "/rooms/lobby"
	return s
}

// id is that of the message at a position.
func (s *stage) id(seq int) string { return fmt.Sprintf("%s-%d", s.epoch, seq) }

// happens sends an event with these members, and returns its id.
func (s *stage) happens(kind, name string, members map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	id := s.id(s.seq)
	event := map[string]any{"id": id, "seq": s.seq, "room": "lobby", "user_name": name, "time": "2026-01-02T12:00:00.000Z"}
	for member, value := range members {
		event[member] = value
	}
	data, err := json.Marshal(event)
	if err != nil {
		s.t.Error(err)
	}
	s.frames = append(s.frames, fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, kind, data))
	close(s.more)
	s.more = make(chan struct{})
	return id
}

// stream sends all that happened, and what happens. The page drops what it knows.
func (s *stage) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, "event: hello\ndata: {\"rooms\":[{\"room\":\"lobby\",\"online\":1}]}\n\n")
	for sent := 0; ; {
		s.mu.Lock()
		frames, more := s.frames[sent:], s.more
		s.mu.Unlock()
		for _, frame := range frames {
			_, _ = io.WriteString(w, frame)
		}
		sent += len(frames)
		w.(http.Flusher).Flush()
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}

// getMessage answers with a message that the test has stored.
func (s *stage) getMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	message, ok := s.stored[r.PathValue("id")]
	s.mu.Unlock()
	if !ok {
		problemOf(w, http.StatusNotFound, "There is no such message.")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(message)
}

// act records what is done to a message.
func (s *stage) act(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	query, _ := url.QueryUnescape(r.URL.RawQuery)
	s.mu.Lock()
	s.done = append(s.done, strings.TrimSpace(fmt.Sprintf("%s %s?%s %s", r.Method, strings.TrimPrefix(r.URL.Path, "/rooms/lobby/messages"), query, body)))
	answer := s.answer
	s.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *stage) acts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.done...)
}

// problemOf answers as plainchat refuses.
func problemOf(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "code": "refused", "detail": detail})
}
