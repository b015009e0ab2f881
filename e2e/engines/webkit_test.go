//go:build linux

package engines

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// miniBrowser is where the browser is that comes with WebKitGTK, in a folder of the processor's.
func miniBrowser() string {
	const anywhere = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
	if found, _ := filepath.Glob(anywhere); len(found) > 0 {
		return found[0]
	}
	return anywhere
}

type webKit struct {
	desktop *desktop
	url     string
}

func startWebKit(t *testing.T) browser {
	t.Helper()
	w := &webKit{desktop: startDesktop(t)}
	w.desktop.add("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1") // containers often run as root, where the sandbox cannot
	w.desktop.add("WEBKIT_DISABLE_DMABUF_RENDERER=1")
	port := freePort(t)
	startProcess(t, w.desktop.env, nil, "WebKitWebDriver", "--host=127.0.0.1", "--port="+port)
	w.url = "http://127.0.0.1:" + port
	for (&webDriver{url: w.url}).call(t.Context(), http.MethodGet, "/status", nil, nil) != nil {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// freePort returns a port that was free just now.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// person starts a MiniBrowser, whose profile is empty and in memory.
func (w *webKit) person(t *testing.T) person {
	t.Helper()
	d := &webDriver{url: w.url}
	options := map[string]any{"binary": miniBrowser(), "args": []string{"--automation"}}
	if err := d.open(t.Context(), map[string]any{
		"webkitgtk:browserOptions": options,
		"timeouts":                 map[string]any{"script": patience.Milliseconds()},
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.close(context.Background()) })
	return &webKitPerson{webKit: w, driver: d}
}

type webKitPerson struct {
	*webKit
	driver  *webDriver
	windows []string // on the screen, of which each has one tab
	current string   // the tab that the driver is in
}

// tab is the one that the browser opens with, or a further one. It has a window of its own, since
// the browser shows no other tab of a window than the first.
func (p *webKitPerson) tab(ctx context.Context) (driver, error) {
	var handle string
	var err error
	if len(p.windows) == 0 {
		err = p.driver.call(ctx, http.MethodGet, "/session/"+p.driver.session+"/window", nil, &handle)
	} else {
		var created struct{ Handle string }
		err = p.driver.post(ctx, "/window/new", map[string]string{"type": "window"}, &created)
		handle = created.Handle
	}
	if err != nil {
		return nil, err
	}
	window, err := p.newWindow(ctx)
	return &webKitTab{p.desktop, p, handle, window}, err
}

// newWindow waits for a window that was not there before.
func (p *webKitPerson) newWindow(ctx context.Context) (string, error) {
	for ctx.Err() == nil {
		for _, window := range p.desktop.windows(ctx, "MiniBrowser") {
			if !slices.Contains(p.windows, window) {
				p.windows = append(p.windows, window)
				return window, nil
			}
		}
	}
	return "", context.Cause(ctx)
}

type webKitTab struct {
	keyboard
	person *webKitPerson
	handle string
	window string
}

// call asks for something in the tab.
func (w *webKitTab) call(ctx context.Context, path string, params, result any) error {
	if err := w.choose(ctx); err != nil {
		return err
	}
	return w.person.driver.post(ctx, path, params, result)
}

// choose makes the tab the one that the driver is in.
func (w *webKitTab) choose(ctx context.Context) error {
	if w.person.current == w.handle {
		return nil
	}
	w.person.current = w.handle
	return w.person.driver.post(ctx, "/window", map[string]string{"handle": w.handle}, nil)
}

func (w *webKitTab) front(ctx context.Context) error {
	return w.person.desktop.run(ctx, "xdotool", "windowactivate", "--sync", w.window)
}

func (w *webKitTab) navigate(ctx context.Context, address string) error {
	return w.call(ctx, "/url", map[string]string{"url": address}, nil)
}

func (w *webKitTab) eval(ctx context.Context, expression string) (value json.RawMessage, err error) {
	var text string
	script := `const done = arguments[arguments.length - 1]; ` + asJSON(expression) + `.then(done, (e) => done("!" + e))`
	err = w.call(ctx, "/execute/async", map[string]any{"script": script, "args": []any{}}, &text)
	return json.RawMessage(text), err
}

func (w *webKitTab) click(ctx context.Context, selector string) error {
	if err := w.choose(ctx); err != nil {
		return err
	}
	element, err := w.person.driver.element(ctx, selector)
	if err != nil {
		return err
	}
	return w.call(ctx, "/element/"+element+"/click", map[string]any{}, nil)
}

func (w *webKitTab) close(ctx context.Context) error {
	if err := w.choose(ctx); err != nil {
		return err
	}
	w.person.current = ""
	return w.person.driver.call(ctx, http.MethodDelete, "/session/"+w.person.driver.session+"/window", nil, nil)
}
