package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"plainchat/internal/limits"
)

// How many calls of the Model Context Protocol may be under way at a time, in all and of one client, and how
// long one may take: longer than a tool waits for an answer.
const (
	mcpCalls         = 256
	mcpCallsOfClient = 32
	mcpCallTime      = 6 * time.Minute
)

var (
	errNoToken        = newProblem(http.StatusUnauthorized, "token_missing", "problem.token_missing")
	errMCPCalls       = busy("unavailable", "10", "problem.mcp_calls")
	errClientMCPCalls = busy("unavailable", "10", "problem.client_mcp_calls")
)

// postMCP lets a program with a token use the chat by the Model Context Protocol.
func (s *Server) postMCP(w http.ResponseWriter, r *http.Request) error {
	if s.assistants == nil {
		return errNotFound
	}
	c, err := s.caller(r)
	if err != nil {
		return err
	}
	if c.Token == nil {
		return errNoToken
	}
	client := clientOf(r)
	switch err := s.calls.Take(client, 1); {
	case errors.Is(err, limits.ErrClient):
		return errClientMCPCalls
	case err != nil:
		return errMCPCalls
	}
	defer s.calls.Return(client, 1)
	ctx, cancel := context.WithTimeout(r.Context(), mcpCallTime)
	defer cancel()
	defer context.AfterFunc(s.ending, cancel)()
	// The deadlines of other requests are shorter. What the header says keeps proxies from holding back what comes
	// while a tool waits.
	rc, end := http.NewResponseController(w), time.Now().Add(mcpCallTime)
	_, _ = rc.SetReadDeadline(end), rc.SetWriteDeadline(end) // not every writer has them
	w.Header().Set("X-Accel-Buffering", "no")
	s.assistants.ServeHTTP(w, r.WithContext(ctx))
	return nil
}
