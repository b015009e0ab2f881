package mcp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// maxAnswer is the longest answer of the API that is taken, in bytes. It answers with less to what the tools ask.
const maxAnswer = 4 << 20

// refusal is what the API has against a request: a sentence that says what to do.
type refusal struct {
	Detail string `json:"detail"`
	Errors []struct {
		Detail string `json:"detail"`
	} `json:"errors"`
}

func (r *refusal) Error() string {
	if r.Detail != "" {
		return r.Detail
	}
	var all []error
	for _, each := range r.Errors {
		all = append(all, errors.New(each.Detail))
	}
	return fmt.Sprint(errors.Join(all...))
}

// tools make requests of the API.
type tools struct{ api http.Handler }

// get reads what is at a path into result, and returns the header that came with it.
func (t tools) get(ctx context.Context, path string, query url.Values, result any) (http.Header, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return t.request(ctx, http.MethodGet, path, nil, result)
}

// post sends something to a path, and reads the answer into result.
func (t tools) post(ctx context.Context, path string, body, result any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = t.request(ctx, http.MethodPost, path, text, result)
	return err
}

// request makes a request as whoever calls the tool: with their token, from their address.
func (t tools) request(ctx context.Context, method, path string, body []byte, result any) (http.Header, error) {
	caller, ok := ctx.Value(callerKey{}).(*http.Request)
	if !ok {
		return nil, errors.New("mcp: a tool was called by nobody")
	}
	r, err := http.NewRequestWithContext(bare{ctx}, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Host, r.RemoteAddr, r.TLS = caller.Host, caller.RemoteAddr, caller.TLS
	r.Header = http.Header{
		"Authorization":   caller.Header["Authorization"],
		"Accept":          {"application/json"},
		"Accept-Language": {"en"},
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	a := &answer{header: make(http.Header)}
	if !served(t.api, a, r) {
		return nil, cmp.Or(ctx.Err(), errBrokenOff)
	}
	return a.header, a.read(result)
}

// errBrokenOff is a request that has no answer, as where the server ends.
var errBrokenOff = errors.New("the server broke off the request; try again")

// served has a request answered, and reports false if it was broken off instead: with a panic, as net/http has
// it, which nobody else would catch here.
func served(api http.Handler, w http.ResponseWriter, r *http.Request) (answered bool) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	api.ServeHTTP(w, r)
	return true
}

// bare is a context without values: what the server has noted of the caller's request, such as its route, is
// none of another's.
type bare struct{ context.Context }

func (bare) Value(any) any { return nil }

// answer is the http.ResponseWriter of a request of a tool.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

var errTooLong = errors.New("the answer is too long; ask for less")

func (a *answer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.body.Len()+len(data) > maxAnswer {
		return 0, errTooLong
	}
	return a.body.Write(data)
}

// read reads the answer into result, or returns what is wrong.
func (a *answer) read(result any) error {
	if a.status < http.StatusBadRequest {
		return json.Unmarshal(a.body.Bytes(), result)
	}
	refused := new(refusal)
	if err := json.Unmarshal(a.body.Bytes(), refused); err != nil {
		return fmt.Errorf("the chat answers with the status %d", a.status)
	}
	return refused
}
