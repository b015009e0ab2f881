package handlers

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/internal/limits"
)

// A client has one allowance, however many addresses it sends to.
func TestRateLimitCountsAllRoomsTogether(t *testing.T) {
	s := newUnlistened(t, 1)
	for i, path := range []string{"/messages", "/rooms/tea/messages"} {
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, path, strings.NewReader("hello")))
		if want := []int{http.StatusCreated, http.StatusTooManyRequests}[i]; answer.Code != want {
			t.Errorf("%s: %d, want %d", path, answer.Code, want)
		}
	}
}

// Who waits for as long as Retry-After says is let in, whenever it came.
func TestRetryAfterIsLongEnough(t *testing.T) {
	for late := range 10 {
		synctest.Test(t, func(t *testing.T) { // its clock stands still but for the waits
			s := &Server{sends: limits.NewRates(1, 1)}
			limited := s.limitRate(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			send := func() *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				limited.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/messages", nil))
				return w
			}
			<-time.After(time.Duration(late) * time.Second / 10)
			for send().Code == http.StatusOK {
			}
			seconds, err := strconv.Atoi(send().Header().Get("Retry-After"))
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Duration(seconds) * time.Second)
			if got := send().Code; got != http.StatusOK {
				t.Errorf("%d ms into a window: %d after %d s", 100*late, got, seconds)
			}
		})
	}
}
