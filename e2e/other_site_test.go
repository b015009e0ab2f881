package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"plainchat/e2e/internal/running"

	"github.com/chromedp/chromedp"
)

// ways are what a page of another site can do to have its visitor's browser open a stream:
// scripts that ask for the address url, and call done once they have an answer that is
// none for them. A navigation shows the stream instead.
var ways = map[string]string{
	"image":           `element("img", { src: url })`,
	"video":           `element("video", { src: url })`,
	"style sheet":     `element("link", { rel: "stylesheet", href: url })`,
	"script":          `element("script", { src: url })`,
	"with a referrer": `element("img", { referrerPolicy: "unsafe-url", src: url })`,
	"EventSource":     `new EventSource(url).onerror = done`,
	"fetch":           `fetch(url, { mode: "no-cors" }).finally(done)`,
	"fetch as a page": `fetch(url, { mode: "no-cors", credentials: "include", headers: { Accept: "text/event-stream" } }).finally(done)`,
	"fetch with CORS": `fetch(url).finally(done)`,
	"frame":           `element("iframe", { src: url }).onload = done`,
	"navigation":      `location = url`,
	"form":            `const form = element("form", { action: url }); form.innerHTML = "<input name=user_name value=Buy>"; form.submit()`,
}

// attack has the page at hand do one of them.
const attack = `{
	const url = %s, done = () => (document.title = "done");
	const element = (name, fields) => {
		const made = Object.assign(document.createElement(name), { onerror: done }, fields);
		document.body.append(made);
		return made;
	};
	%s;
	true;
}`

// TestOtherSitesAnnounceNobody: on plain HTTP, where browsers do not say which site a
// request comes from, a page of another site can have its visitor listen, but not put its
// words into a room as a name.
func TestOtherSitesAnnounceNobody(t *testing.T) {
	t.Parallel()
	for way, script := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s, local := startPlainServer(t)
			watcher := listen(t, local+"/events")
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				fmt.Fprint(w, `<!doctype html><meta name="referrer" content="no-referrer"><body>`)
			}))
			t.Cleanup(other.Close)
			p := tolerantPage(t)
			p.do(chromedp.Navigate(other.URL))
			eval[bool](p, fmt.Sprintf(attack, quote(s.URL+"/events?user_name=Buy+coins"), script))
			if navigates := way == "navigation" || way == "form"; navigates {
				for here := running.At(t, local); here.Connections() != "2"; {
					p.stillTime()
				}
			} else {
				p.await(`document.title === "done"`)
			}
			listen(t, local+"/events?user_name=Bob")
			if got := joined(t, watcher); !slices.Equal(got, []string{"Bob"}) {
				t.Errorf("the room is told of %q", got)
			}
		})
	}
}

// listen opens a stream as a program would.
func listen(t *testing.T, address string) *bufio.Scanner {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	return bufio.NewScanner(resp.Body)
}

// joined reads a stream up to the first people who joined, and returns them.
func joined(t *testing.T, stream *bufio.Scanner) []string {
	t.Helper()
	for stream.Scan() {
		var presence struct{ Joined []string }
		data, found := strings.CutPrefix(stream.Text(), "data: ")
		if found && json.Unmarshal([]byte(data), &presence) == nil && len(presence.Joined) > 0 {
			return presence.Joined
		}
	}
	t.Fatal(stream.Err())
	return nil
}

// tolerantPage is newPage for a page that the browser has much to complain about.
func tolerantPage(t *testing.T) *page {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(tab, patience)
	t.Cleanup(cancel)
	return &page{t: t, tab: tab, close: closeTab, ctx: ctx}
}
