//go:build clients

package clients

import (
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	donovanhide "github.com/donovanhide/eventsource"
	launchdarkly "github.com/launchdarkly/eventsource"
	r3labs "github.com/r3labs/sse/v2"
	tmaxmax "github.com/tmaxmax/go-sse"
)

// module asks for the version of a Go module.
func module(path string) func(*testing.T) string {
	return func(t *testing.T) string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
}

// libraries are those in Go, each used as its documentation has it.
func libraries() []client {
	return []client{
		{"r3labs/sse", module("github.com/r3labs/sse/v2"), true, "`sse.NewClient(url).SubscribeRaw(…)`", listenR3labs},
		{"tmaxmax/go-sse", module("github.com/tmaxmax/go-sse"), true, "`sse.NewConnection(request)`, `SubscribeToAll`", listenTmaxmax},
		{"launchdarkly/eventsource", module("github.com/launchdarkly/eventsource"), true, "`eventsource.SubscribeWithURL(url)`", listenLaunchdarkly},
		{"donovanhide/eventsource", module("github.com/donovanhide/eventsource"), true, "`eventsource.Subscribe(url, \"\")`", listenDonovanhide},
	}
}

func listenR3labs(ctx context.Context, address string, hear func(event)) error {
	return r3labs.NewClient(address).SubscribeRawWithContext(ctx, func(ev *r3labs.Event) {
		hear(event{string(ev.Event), string(ev.Data)})
	})
}

func listenTmaxmax(ctx context.Context, address string, hear func(event)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	connection := tmaxmax.NewConnection(request)
	connection.SubscribeToAll(func(ev tmaxmax.Event) { hear(event{ev.Type, ev.Data}) })
	return connection.Connect()
}

func listenLaunchdarkly(ctx context.Context, address string, hear func(event)) error {
	stream, err := launchdarkly.SubscribeWithURL(address)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		select {
		case ev := <-stream.Events:
			hear(event{ev.Event(), ev.Data()})
		case <-stream.Errors: // it comes back by itself
		case <-ctx.Done():
			return nil
		}
	}
}

func listenDonovanhide(ctx context.Context, address string, hear func(event)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	stream, err := donovanhide.SubscribeWith("", new(http.Client), request) // Subscribe would change the client of all others
	if err != nil {
		return err
	}
	for {
		select {
		case ev := <-stream.Events:
			hear(event{ev.Event(), ev.Data()})
		case <-stream.Errors: // it comes back by itself
		case <-ctx.Done():
			return nil // not Close, which the reader may still write to
		}
	}
}
