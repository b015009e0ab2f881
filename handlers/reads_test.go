package handlers

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

// newRead is a server with a hundred of the longest messages of one text in the lobby.
func newRead(t testing.TB, text string) *Server {
	t.Helper()
	s := newUnlistened(t, 0)
	for range 100 {
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// ask answers a request without a listener.
func ask(s http.Handler, target string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header = header.Clone()
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, r)
	return answer
}

// waysToRead are the requests that are answered from the log.
var waysToRead = map[string]struct {
	target string
	header http.Header
}{
	"json":       {"/messages?limit=1000", http.Header{}},
	"ndjson":     {"/messages?limit=1000", http.Header{"Accept": {typeNDJSON}}},
	"transcript": {"/rooms/lobby?limit=1000", http.Header{}},
	"page":       {"/", http.Header{"Accept": {typeHTML}}},
	"gzip":       {"/", http.Header{"Accept": {typeHTML}, "Accept-Encoding": {"gzip"}}},
}

// Whatever people write, and however it is read, an answer is no longer than it may be,
// and as long as that allows.
func TestAnswersAreBounded(t *testing.T) {
	const shell = 16 << 10 // what a page has around its messages
	for name, text := range worstTexts {
		s := newRead(t, text)
		for kind, way := range waysToRead {
			answer := ask(s, way.target, way.header)
			body := answer.Body.Bytes()
			if kind == "gzip" {
				plain, err := gzip.NewReader(answer.Body)
				if err != nil {
					t.Fatal(err)
				}
				if body, err = io.ReadAll(plain); err != nil {
					t.Fatal(err)
				}
			}
			atMost, atLeast := answerBytes, answerBytes-(64<<10)
			if way.header.Get("Accept") == typeHTML {
				atMost += shell
			}
			if answer.Code != http.StatusOK || len(body) > atMost || len(body) < atLeast {
				t.Errorf("%s as %s: status %d, %d bytes, want %d to %d", name, kind, answer.Code, len(body), atLeast, atMost)
			}
		}
		if held := s.unread.Held(); held != 0 {
			t.Errorf("%d bytes are counted for answers that have been read", held)
		}
	}
}

// A page that ends early says by its links how to go on, and page by page every message
// comes once, in order, in either direction.
func TestCutPagesLeadOn(t *testing.T) {
	s := newRead(t, worstTexts["controls"])
	first := chat.ID{Epoch: s.Store.Epoch()}.String()
	for rel, target := range map[string]string{"prev": "/messages?limit=1000", "next": "/messages?limit=1000&after=" + first} {
		link := regexp.MustCompile(`<([^>]*)>; rel="` + rel + `"`)
		var all []uint64
		for pages := 0; target != ""; pages++ {
			answer := ask(s, target, http.Header{})
			var page struct{ Messages []struct{ Seq uint64 } }
			if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || len(page.Messages) == 0 {
				t.Fatalf("%s: %d, %v, %d messages", target, answer.Code, err, len(page.Messages))
			}
			var seqs []uint64
			for _, m := range page.Messages {
				seqs = append(seqs, m.Seq)
			}
			if rel == "prev" {
				all = append(seqs, all...)
			} else {
				all = append(all, seqs...)
			}
			target = ""
			if to := link.FindStringSubmatch(strings.Join(answer.Header().Values("Link"), ", ")); to != nil {
				target = to[1]
			}
		}
		for i, seq := range all {
			if seq != uint64(i+1) {
				t.Fatalf("by %s, message %d is number %d", rel, i+1, seq)
			}
		}
		if len(all) != 100 {
			t.Errorf("by %s there are %d messages", rel, len(all))
		}
	}
}

// deadlines is a response that notes when its writes have to be done.
type deadlines struct {
	httptest.ResponseRecorder
	left   []time.Duration
	pieces []int
	takes  time.Duration // by each piece
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.left = append(d.left, time.Until(t))
	return nil
}

func (d *deadlines) Write(p []byte) (int, error) {
	d.pieces = append(d.pieces, len(p))
	time.Sleep(d.takes)
	return len(p), nil
}

// Each piece has a time of its own, and all together have one too.
func TestPiecesHaveDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &deadlines{takes: 29 * time.Second}
		n, err := newPieces(w, pieceTimeout).Write(make([]byte, 7*pieceBytes+1))
		if n != 7*pieceBytes+1 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if want := []int{pieceBytes, pieceBytes, pieceBytes, pieceBytes, pieceBytes, pieceBytes, pieceBytes, 1}; fmt.Sprint(w.pieces) != fmt.Sprint(want) {
			t.Errorf("the pieces have %d bytes, want %d", w.pieces, want)
		}
		if want := "[30s 30s 30s 30s 30s 30s 6s -23s]"; fmt.Sprint(w.left) != want {
			t.Errorf("the pieces had %v, want %s", w.left, want)
		}
	})
}

// stuck is a client that reads nothing: its first write waits until the test ends.
type stuck struct {
	header http.Header
	waits  chan<- struct{} // gets one when the write waits
	end    <-chan struct{}
}

func (s *stuck) Header() http.Header { return s.header }
func (s *stuck) WriteHeader(int)     {}
func (s *stuck) Write(p []byte) (int, error) {
	s.waits <- struct{}{}
	<-s.end
	return 0, io.ErrClosedPipe
}

// getStuck sends n requests of clients that read nothing, each at an address of its own if
// the one that is given has a verb for it, and returns once the answers wait.
func getStuck(s *Server, n int, from, target string, header http.Header) (end func()) {
	waits, ending := make(chan struct{}), make(chan struct{})
	var answers sync.WaitGroup
	for i := range n {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header, r.RemoteAddr = header.Clone(), fmt.Sprintf(from, i)
		answers.Go(func() { s.ServeHTTP(&stuck{make(http.Header), waits, ending}, r) })
	}
	for range n {
		<-waits
	}
	return func() {
		close(ending)
		answers.Wait()
	}
}

// Answers that nobody reads take a bounded part of the heap, and that is what is
// counted for them.
func TestMemoryOfUnreadAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures")
	}
	const answers, each = 30, answerBytes + answerOverhead + 6*chat.MaxTextLength
	for name, text := range worstTexts {
		s := newRead(t, text)
		for kind, way := range waysToRead {
			ask(s, way.target, way.header) // what is made once is there
			before := heap()
			end := getStuck(s, answers, "192.0.2.%d:1", way.target, way.header)
			grown, held := (heap()-before)/answers, s.unread.Held()/answers
			t.Logf("%s as %s: an answer takes %d KiB, and is counted for %d KiB", name, kind, grown>>10, held>>10)
			if grown > held+answerOverhead/2 || held > each {
				t.Errorf("%s as %s: an answer takes %d KiB, and is counted for %d KiB", name, kind, grown>>10, held>>10)
			}
			end()
			if held := s.unread.Held(); held != 0 {
				t.Errorf("%s as %s: %d bytes are still counted", name, kind, held)
			}
		}
	}
}

// heap returns how many bytes of the heap are in use.
func heap() int64 {
	for range 3 { // what a pool holds goes with the second
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// askFrom asks for all of the history from an address.
func askFrom(s *Server, addr string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/messages?limit=1000", nil)
	r.RemoteAddr = addr
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, r)
	return answer
}

func checkRefusal(t *testing.T, answer *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var p problem
	err := json.NewDecoder(answer.Body).Decode(&p)
	if answer.Code != status || answer.Header().Get("Retry-After") == "" || err != nil || p.Code != code {
		t.Errorf("status %d, Retry-After %q, %+v, %v; want %d %s", answer.Code, answer.Header().Get("Retry-After"), p, err, status, code)
	}
}

// One client cannot hold all that answers may take: it is refused until it has read, and
// others are not.
func TestUnreadAnswersOfOneClient(t *testing.T) {
	s := newRead(t, worstTexts["emoji"])
	end := getStuck(s, unreadBytesOfClient/(answerBytes+answerOverhead)+4, "192.0.2.1:%d", "/messages?limit=1000", http.Header{})
	checkRefusal(t, askFrom(s, "192.0.2.1:80"), http.StatusServiceUnavailable, "too_many_answers")
	if got := askFrom(s, "192.0.2.2:80").Code; got != http.StatusOK {
		t.Errorf("another client: status %d", got)
	}
	end()
	if got := askFrom(s, "192.0.2.1:80").Code; got != http.StatusOK {
		t.Errorf("once it has read: status %d", got)
	}
}

// All clients together are held to a bound too.
func TestUnreadAnswersOfAll(t *testing.T) {
	s := newRead(t, worstTexts["emoji"])
	end := getStuck(s, unreadBytes/(answerBytes+answerOverhead)+8, "192.0.%d.1:80", "/messages?limit=1000", http.Header{})
	defer end()
	if held := s.unread.Held(); held > unreadBytes {
		t.Errorf("%d bytes are held", held)
	}
	checkRefusal(t, askFrom(s, "198.51.100.1:80"), http.StatusServiceUnavailable, "too_many_answers")
}

// Who has read as much as a client may waits as long as it is told, and others do not.
func TestReadLimit(t *testing.T) {
	s := newRead(t, worstTexts["emoji"])
	s.reads = newByteRates(1 << 10)
	for range 10 {
		answer := askFrom(s, "192.0.2.1:80")
		if answer.Code == http.StatusOK {
			continue
		}
		checkRefusal(t, answer, http.StatusTooManyRequests, "rate_limited")
		if seconds, err := strconv.Atoi(answer.Header().Get("Retry-After")); err != nil || seconds < 1 || seconds > 300 {
			t.Errorf("Retry-After is %q", answer.Header().Get("Retry-After"))
		}
		if got := askFrom(s, "192.0.2.2:80").Code; got != http.StatusOK {
			t.Errorf("another client: status %d", got)
		}
		return
	}
	t.Errorf("ten times %d bytes, and none was too many", answerBytes)
}

// Who has sent as much text as a client may is refused, and what is refused is not stored.
func TestWriteLimit(t *testing.T) {
	s := newUnlistened(t, 0)
	s.writes = newByteRates(1)
	text := strings.Repeat("x", chat.MaxTextLength)
	post := func(addr string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/messages", strings.NewReader(text))
		r.RemoteAddr = addr
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		return answer
	}
	sent := 0
	answer := post("192.0.2.1:80")
	for ; answer.Code == http.StatusCreated; answer = post("192.0.2.1:80") {
		sent++
	}
	checkRefusal(t, answer, http.StatusTooManyRequests, "rate_limited")
	if want := atOnce / (len(text) + 128); sent > want || sent < want-1 {
		t.Errorf("%d messages of %d bytes were accepted, want %d", sent, len(text), want)
	}
	if got := post("192.0.2.2:80").Code; got != http.StatusCreated {
		t.Errorf("another client: status %d", got)
	}
	if _, last, err := s.Store.Bounds(t.Context()); err != nil || last != uint64(sent+1) {
		t.Errorf("%d messages are stored, %v", last, err)
	}
}
