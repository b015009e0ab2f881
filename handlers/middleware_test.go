package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
