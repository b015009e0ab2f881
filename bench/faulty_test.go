package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// fate is what the faulty server does to one delivery.
type fate int

const (
	deliver fate = iota
	lose
	double
	swap     // with the next one
	misroute // to a stream of the next room as well
	hangUp   // end the stream instead
)

// outcome is what the faulty server does to one POST.
type outcome int

const (
	accept     outcome = iota
	refuse             // 429, and nothing is stored
	acceptMute         // stored and delivered; the connection ends without an answer
	acceptFail         // stored and delivered; the answer is 500
)

// faultyServer is a chat that breaks its promises exactly as planned. All else is as
// plainchat does it.
type faultyServer struct {
	*httptest.Server
	// delivery decides about the n-th message of a room on the k-th stream of that room; nil delivers.
	delivery func(room string, k, n int) fate
	// replay returns what the k-th stream of a room that resumes is sent first, of all that was said
	// in the room; what comes after its id begins at from. nil is that.
	replay func(room string, k int, said []string, from int) []string
	// post decides about the n-th POST; nil accepts.
	post func(n int) outcome
	// raw answers with a bare header and the end of the connection as the end of the stream,
	// as a server does that takes over its sockets. Otherwise net/http chunks it.
	raw bool
	// foreign makes it some other server of event streams: no hello, no ids, no names, and 202.
	foreign bool
	// deaf is how many messages of the warm-up, and all others before, reach no stream of a room: a server
	// that answers before it subscribes. The warm-up is in no plan.
	deaf int
	// capacity is how many streams may be opened; 0 is any number.
	capacity int

	streams sync.WaitGroup
	mu      sync.Mutex
	posts   int
	seq     int
	rooms   map[string]*faultyRoom
	open    int // streams that were opened
}

type faultyRoom struct {
	said    []string // frames
	seqs    []int    // their positions
	warmUps int
	streams []*faultyStream
	resumed int // streams
}

// faultyStream queues more than any test sends, so that nothing waits for a reader.
type faultyStream struct {
	frames chan string
	held   string // swapped with the next one
	ended  bool   // frames is closed
}

func newFaultyServer(t *testing.T) *faultyServer {
	f := &faultyServer{rooms: make(map[string]*faultyRoom)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rooms/{room}/events", f.listen)
	mux.HandleFunc("POST /rooms/{room}/messages", f.send)
	mux.HandleFunc("GET /metrics", f.metrics)
	f.Server = httptest.NewUnstartedServer(mux)
	t.Cleanup(func() {
		f.streams.Wait() // hangs, and so fails, if the generator leaves a stream open
		f.Close()
	})
	return f
}

func (f *faultyServer) start() *faultyServer { f.Start(); return f }

func (f *faultyServer) room(name string) *faultyRoom {
	if f.rooms[name] == nil {
		f.rooms[name] = new(faultyRoom)
	}
	return f.rooms[name]
}

func (f *faultyServer) listen(w http.ResponseWriter, r *http.Request) {
	s := &faultyStream{frames: make(chan string, 10_000)}
	f.mu.Lock()
	if f.capacity > 0 && f.open == f.capacity {
		f.mu.Unlock()
		http.Error(w, "full", http.StatusServiceUnavailable)
		return
	}
	f.streams.Add(1)
	f.open++
	f.welcome(s, r.PathValue("room"), r.Header.Get("Last-Event-ID"))
	f.mu.Unlock()
	defer f.streams.Done()
	if f.raw {
		writeRaw(w, s.frames)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	http.NewResponseController(w).Flush()
	for {
		select {
		case frame, ok := <-s.frames:
			if !ok {
				return
			}
			fmt.Fprint(w, frame)
			http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// welcome begins a stream, after the last id if there is one. The caller holds mu.
func (f *faultyServer) welcome(s *faultyStream, name, lastID string) {
	room, at := f.room(name), f.seq
	if f.foreign {
		room.streams = append(room.streams, s)
		return
	}
	resumes, _ := fmt.Sscanf(lastID, "e-%d", &at)
	s.frames <- "retry: 1000\n\n" + fmt.Sprintf("id: e-%d\ndata: {}\nevent: hello\n\n", at)
	s.frames <- "data: {\"online\":1}\nevent: presence\n\n: beat\n\n"
	room.streams = append(room.streams, s)
	if resumes == 0 {
		return
	}
	from, _ := slices.BinarySearch(room.seqs, at+1)
	frames := room.said[from:]
	if f.replay != nil {
		frames = f.replay(name, room.resumed, room.said, from)
	}
	room.resumed++
	for _, frame := range frames {
		s.frames <- frame
	}
}

// writeRaw writes the stream to the bare socket until the client is gone.
func writeRaw(w http.ResponseWriter, frames <-chan string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		conn.Read(make([]byte, 1))
	}()
	fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n")
	for {
		select {
		case frame, ok := <-frames:
			if !ok {
				conn.Close()
				<-gone
				return
			}
			fmt.Fprint(conn, frame)
		case <-gone:
			return
		}
	}
}

func (f *faultyServer) send(w http.ResponseWriter, r *http.Request) {
	var message struct {
		UserName string `json:"user_name"`
		Message  string `json:"message"`
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	answer := f.store(r.PathValue("room"), message.Message)
	switch answer {
	case refuse:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case acceptMute:
		panic(http.ErrAbortHandler)
	case acceptFail:
		http.Error(w, "stored, but failed", http.StatusInternalServerError)
	default:
		status := http.StatusCreated
		if f.foreign {
			status = http.StatusAccepted
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"user_name":%q}`, message.UserName)
	}
}

// store gives a message its position and puts it on the room's streams, as planned.
func (f *faultyServer) store(name, text string) outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := accept
	if f.post != nil {
		answer = f.post(f.posts)
	}
	f.posts++
	if answer == refuse {
		return answer
	}
	f.seq++
	room, frame := f.room(name), messageFrame(f.seq, name, text)
	if f.foreign {
		frame = "data: " + text + "\n\n"
	}
	if isWarmUp(text) {
		f.warm(room, name, frame)
		return answer
	}
	for k, s := range room.streams {
		what := deliver
		if f.isDeaf(room) {
			what = lose
		} else if f.delivery != nil {
			what = f.delivery(name, k, len(room.said))
		}
		f.put(s, name, frame, what)
	}
	room.said, room.seqs = append(room.said, frame), append(room.seqs, f.seq)
	return answer
}

// put puts a frame on a stream. The caller holds mu.
func (f *faultyServer) put(s *faultyStream, room, frame string, what fate) {
	if s.ended {
		return
	}
	switch what {
	case lose:
		return
	case swap:
		s.held = frame
		return
	case hangUp:
		s.ended = true
		close(s.frames)
		return
	case double:
		s.frames <- frame
	case misroute:
		f.rooms[f.after(room)].streams[0].frames <- frame
	}
	s.frames <- frame + s.held
	s.held = ""
}

// after returns the room that follows in the order of names.
func (f *faultyServer) after(room string) string {
	var names []string
	for name := range f.rooms {
		names = append(names, name)
	}
	slices.Sort(names)
	return names[(slices.Index(names, room)+1)%len(names)]
}

// metrics tells of 10 MB and 4,096 bytes for each stream, of a hundredth of a
// second for each POST, and of seven goroutines and one for each stream.
func (f *faultyServer) metrics(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(w, "# HELP process_resident_memory_bytes Resident memory size in bytes.\n"+
		"process_resident_memory_bytes %e\nprocess_cpu_seconds_total %g\nother{a=\"b\"} 7\ngo_goroutines %d\n",
		float64(10e6+4096*f.open), float64(f.posts)/100, 7+f.open)
}
