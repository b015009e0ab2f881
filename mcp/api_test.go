package mcp

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A request that is broken off, as when the server ends, is an error of the tool and ends nothing else.
func TestToolBrokenOff(t *testing.T) {
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := tools{api: broken}.request(context.WithValue(t.Context(), callerKey{}, httptest.NewRequest("POST", "/mcp", nil)), "GET", "/rooms", nil, nil)
	if !errors.Is(err, errBrokenOff) {
		t.Errorf("the error is %v", err)
	}
}
