package running

import (
	"io"
	"net/http"
	"time"
)

// AwaitReady waits until the program says that it is ready.
func (s *Server) AwaitReady() {
	s.t.Helper()
	const limit = time.Minute
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) { // another program has to get on
		status, said := s.Ready()
		if status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is not ready: %d %s", s.URL, status, said)
		}
	}
}

// asking asks how the program is: a frozen one does not answer.
var asking = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// Ready returns what the program says of its readiness; 0 if it does not answer.
func (s *Server) Ready() (status int, said string) {
	answer, err := asking.Get(s.URL + "/readyz")
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}
