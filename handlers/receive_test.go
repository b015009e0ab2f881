package handlers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// slowBody is a body of which nothing comes before the test ends.
type slowBody struct {
	waits chan<- struct{}
	end   <-chan struct{}
}

func (b slowBody) Read([]byte) (int, error) {
	b.waits <- struct{}{}
	<-b.end
	return 0, io.ErrUnexpectedEOF
}

// One client cannot hold all the memory for bodies, however slowly they come: it is
// refused further long ones, and others are not; a short message always has room.
func TestSlowBodies(t *testing.T) {
	s := newUnlistened(t, 0)
	waits, end := make(chan struct{}), make(chan struct{})
	var requests sync.WaitGroup
	post := func(from string, length int64, body io.Reader) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/messages", body)
		r.RemoteAddr, r.ContentLength = from, length
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		return answer
	}
	const bodies = receivedBytesOfClient / (2 * maxBody)
	for range bodies {
		requests.Go(func() { post("192.0.2.1:80", -1, slowBody{waits, end}) })
		<-waits
	}
	if held := s.received.Held(); held != receivedBytesOfClient {
		t.Errorf("%d bytes are counted, want %d", held, receivedBytesOfClient)
	}
	long := strings.Repeat("x", smallBody+1)
	checkRefusal(t, post("192.0.2.1:80", int64(len(long)), strings.NewReader(long)), http.StatusServiceUnavailable, "unavailable")
	for from, text := range map[string]string{"192.0.2.1:80": "short", "192.0.2.2:80": long} {
		if got := post(from, int64(len(text)), strings.NewReader(text)).Code; got != http.StatusCreated {
			t.Errorf("%d bytes from %s: status %d", len(text), from, got)
		}
	}
	close(end)
	requests.Wait()
	if held := s.received.Held(); held != 0 {
		t.Errorf("%d bytes are still counted", held)
	}
}
