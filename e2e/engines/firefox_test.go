//go:build linux

package engines

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// firefoxPrefs switch off what Firefox asks of servers by itself.
//
//go:embed testdata/firefox.js
var firefoxPrefs []byte

var biDiAddress = regexp.MustCompile(`^WebDriver BiDi listening on (ws://\S+)`)

type firefox struct {
	*desktop
	remote *biDi
	t      *testing.T
}

func startFirefox(t *testing.T) browser {
	t.Helper()
	f := &firefox{desktop: startDesktop(t), t: t}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), firefoxPrefs, 0o600); err != nil {
		t.Fatal(err)
	}
	// The input method gives back each key that it does not want before the next one is pressed. Otherwise Firefox
	// takes the second of two same letters for the first, come back late, and drops it. WebKit would write twice
	// what is composed when the button is pressed.
	env := append(slices.Clone(f.desktop.env), "IBUS_ENABLE_SYNC_MODE=1")
	address := startProcess(t, env, biDiAddress, "firefox-esr",
		"--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank")
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var err error
	if f.remote, err = dialBiDi(ctx, address+"/session", f.hear); err != nil {
		t.Fatal(err)
	}
	f.must(f.remote.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{}}, nil))
	f.must(f.remote.call(ctx, "session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil))
	return f
}

func (f *firefox) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// hear fails the test for each error of a script.
func (f *firefox) hear(_ string, params json.RawMessage) {
	var entry struct{ Level, Text string }
	if err := json.Unmarshal(params, &entry); err != nil || entry.Level == "error" {
		f.t.Errorf("Firefox complained: %s %v", entry.Text, err)
	}
}

func (f *firefox) person(t *testing.T) person {
	t.Helper()
	var created struct{ UserContext string }
	f.must(f.remote.call(t.Context(), "browser.createUserContext", map[string]any{}, &created))
	t.Cleanup(func() {
		f.must(f.remote.call(context.Background(), "browser.removeUserContext", map[string]string{"userContext": created.UserContext}, nil))
	})
	return firefoxPerson{f, created.UserContext}
}

type firefoxPerson struct {
	*firefox
	userContext string
}

func (p firefoxPerson) tab(ctx context.Context) (driver, error) {
	var created struct{ Context string }
	err := p.remote.call(ctx, "browsingContext.create", map[string]any{"type": "tab", "userContext": p.userContext}, &created)
	return firefoxTab{p.firefox, created.Context}, err
}

type firefoxTab struct {
	*firefox
	context string
}

// call sends a command with the tab as its context.
func (f firefoxTab) call(ctx context.Context, method string, params map[string]any, result any) error {
	params["context"] = f.context
	return f.remote.call(ctx, method, params, result)
}

func (f firefoxTab) navigate(ctx context.Context, address string) error {
	return f.call(ctx, "browsingContext.navigate", map[string]any{"url": address, "wait": "complete"}, nil)
}

func (f firefoxTab) eval(ctx context.Context, expression string) (json.RawMessage, error) {
	var answer struct {
		Result           struct{ Value string }
		ExceptionDetails *struct{ Text string }
	}
	err := f.remote.call(ctx, "script.evaluate", map[string]any{
		"expression": asJSON(expression), "awaitPromise": true, "target": map[string]string{"context": f.context},
	}, &answer)
	if err == nil && answer.ExceptionDetails != nil {
		err = errors.New(answer.ExceptionDetails.Text)
	}
	return json.RawMessage(answer.Result.Value), err
}

func (f firefoxTab) front(ctx context.Context) error {
	return f.call(ctx, "browsingContext.activate", map[string]any{}, nil)
}

func (f firefoxTab) click(ctx context.Context, selector string) error {
	var found struct{ Nodes []struct{ SharedID string } }
	locator := map[string]string{"type": "css", "value": selector}
	if err := f.call(ctx, "browsingContext.locateNodes", map[string]any{"locator": locator, "maxNodeCount": 1}, &found); err != nil {
		return err
	}
	if len(found.Nodes) == 0 {
		return fmt.Errorf("there is no %s", selector)
	}
	origin := map[string]any{"type": "element", "element": map[string]string{"sharedId": found.Nodes[0].SharedID}}
	return f.call(ctx, "input.performActions", map[string]any{"actions": []map[string]any{
		{"type": "pointer", "id": "mouse", "actions": []map[string]any{
			{"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
			{"type": "pointerDown", "button": 0},
			{"type": "pointerUp", "button": 0},
		}},
	}}, nil)
}

func (f firefoxTab) close(ctx context.Context) error {
	return f.call(ctx, "browsingContext.close", map[string]any{}, nil)
}
