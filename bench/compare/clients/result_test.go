//go:build clients

package clients

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/template"
)

// whole is the verdict on a client that had each message once and in order.
const whole = "each message once"

// textOf is the text of a message; an empty one of any other event.
func textOf(ev event) string {
	if ev.Type != "my response" {
		return ""
	}
	var message struct{ Message string }
	if err := json.Unmarshal([]byte(ev.Data), &message); err != nil {
		return "cannot be read: " + err.Error()
	}
	return message.Message
}

// verdict says how what was heard differs from what was said.
func (h *heard) verdict() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	times := make(map[string]int)
	order := -1
	var faults []string
	disorder := 0
	for _, text := range h.messages {
		times[text]++
		var n int
		if _, err := fmt.Sscan(text, &n); err != nil || n < order {
			disorder++
		}
		order = n
	}
	missed, repeated := 0, 0
	for n := range 3 * some {
		switch count := times[fmt.Sprint(n)]; {
		case count == 0:
			missed++
		case count > 1:
			repeated++
		}
	}
	select {
	case <-h.back:
	default:
		faults = append(faults, "does not come back")
	}
	for _, f := range []struct {
		count int
		what  string
	}{{missed, "missed"}, {repeated, "twice"}, {disorder, "out of order"}} {
		if f.count > 0 {
			faults = append(faults, fmt.Sprintf("%d of %d %s", f.count, 3*some, f.what))
		}
	}
	if len(faults) == 0 {
		return whole
	}
	return strings.Join(faults, ", ")
}

// result is one client's row of the page.
type result struct {
	client
	version  string
	verdicts []string // one for each fault
}

// Name is the client as the page has it.
func (r result) Name() string { return r.name + " " + r.version }

// Used is how it was set up.
func (r result) Used() string { return r.used }

// Claims is what it says of itself.
func (r result) Claims() string {
	if r.resumes {
		return "yes"
	}
	return "no"
}

// Verdicts are the cells of its row.
func (r result) Verdicts() string { return strings.Join(r.verdicts, " | ") }

//go:embed clients.md.tmpl
var pageText string

// writePage writes the page: the results, and the loop that one of them is of.
func writePage(t *testing.T, path string, results []result) {
	t.Helper()
	source, err := programs.ReadFile("listen.py")
	if err != nil {
		t.Fatal(err)
	}
	loop, _, _ := strings.Cut(string(source), "\n\nif __name__")
	_, loop, _ = strings.Cut(loop, "\"\"\"\n")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	view := struct {
		Results []result
		Loop    string
	}{results, strings.TrimSpace(loop)}
	if err := template.Must(template.New("").Parse(pageText)).Execute(file, view); err != nil {
		t.Fatal(err)
	}
}
