//go:build linux

package engines

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// webDriver is a client of WebDriver (https://www.w3.org/TR/webdriver2/). What it drives has one
// session at a time, and is not safe for concurrent use.
type webDriver struct {
	url     string // of the driver
	session string
}

// elementKey is the member of an object by which WebDriver names an element.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// call asks the driver, and puts the value of its answer into result unless that is nil.
func (d *webDriver) call(ctx context.Context, method, path string, params, result any) error {
	var body bytes.Buffer
	if method == http.MethodPost {
		if err := json.NewEncoder(&body).Encode(params); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, d.url+path, &body)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer := struct{ Value json.RawMessage }{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Value)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

// post asks for something in the session.
func (d *webDriver) post(ctx context.Context, path string, params, result any) error {
	return d.call(ctx, http.MethodPost, "/session/"+d.session+path, params, result)
}

// open begins a session.
func (d *webDriver) open(ctx context.Context, capabilities any) error {
	var answer struct{ SessionID string }
	params := map[string]any{"capabilities": map[string]any{"alwaysMatch": capabilities}}
	if err := d.call(ctx, http.MethodPost, "/session", params, &answer); err != nil {
		return err
	}
	d.session = answer.SessionID
	return nil
}

// close ends the session, and with it the browser.
func (d *webDriver) close(ctx context.Context) error {
	return d.call(ctx, http.MethodDelete, "/session/"+d.session, nil, nil)
}

// element finds the first element that a selector means.
func (d *webDriver) element(ctx context.Context, selector string) (string, error) {
	var found map[string]string
	err := d.post(ctx, "/element", map[string]string{"using": "css selector", "value": selector}, &found)
	return found[elementKey], err
}
