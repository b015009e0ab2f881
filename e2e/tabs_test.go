package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// awaitOneStream waits until the server has one stream open. (It has none or two for a moment when
// the tabs' common one is opened anew for other rooms.)
func (p *page) awaitOneStream(s *server) {
	p.t.Helper()
	for s.Connections() != "1" {
		p.stillTime()
	}
}

// wantEnd checks that the page shows the end of what was said in a room, without a hole.
func (p *page) wantEnd(history []string) {
	p.t.Helper()
	p.awaitText(strings.TrimPrefix(history[len(history)-1], "curl: "))
	shown := p.messages()
	if len(shown) > len(history) || !slices.Equal(shown, history[len(history)-len(shown):]) {
		p.t.Errorf("the page shows\n%q\nof\n%q", shown, history)
	}
}

// A browser opens no more than six connections to a host over HTTP/1.1. However many tabs there
// are, and in however many rooms, they share one stream.
func TestTwentyTabs(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	room := func(n int) string { return fmt.Sprintf("room-%d", n%8) }
	tabs := []*page{openPage(t, s.Room(room(0)), "Ann")}
	for n := 1; n < 20; n++ {
		tabs = append(tabs, tabs[0].another(s.Room(room(n))))
	}
	tabs[0].awaitOneStream(s)
	for n := range 8 {
		tabs[n].say(fmt.Sprintf("from tab %d", n))
	}
	for n, tab := range tabs {
		tab.awaitText(fmt.Sprintf("from tab %d", n%8))
		tab.wantMessages(fmt.Sprintf("Ann: from tab %d", n%8))
		tab.await(`document.querySelector("#online").textContent === "1"`)
	}
	for _, tab := range tabs[1:] {
		tab.close()
	}
	s.Post(room(0), "curl", "only the first is left")
	tabs[0].awaitText("only the first is left")
	tabs[0].awaitOneStream(s)
}

// Tabs that come, go and load anew while much is said miss nothing, and disturb no other.
func TestTabsMissNothing(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{true, false} {
		s := startServer(t)
		rooms := []string{"tea", "coffee", "milk"}
		s.Post("tea", "curl", "begin")
		var setUp []step
		if !shared {
			setUp = append(setUp, withoutWorker)
		}
		first := openPage(t, s.Room("tea"), "Ann", setUp...)
		var talking sync.WaitGroup
		for _, room := range rooms {
			talking.Go(func() { s.PostMany(room, "curl", 300) })
		}
		var tabs []*page
		for n := range 3 {
			tabs = append(tabs, first.another(s.Room(rooms[n])))
			tabs[n/2].do(chromedp.Reload())
			tabs[n/2].awaitConnected()
		}
		tabs[1].close()
		talking.Wait()
		for _, room := range rooms {
			s.Post(room, "curl", "the end of "+room)
		}
		first.wantEnd(s.History("tea"))
		tabs[0].wantEnd(s.History("tea"))
		tabs[2].wantEnd(s.History("milk"))
		if shared {
			first.awaitOneStream(s)
		}
	}
}

// A page whose worker does not answer opens a stream of its own.
func TestDeafWorker(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann", command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.SharedWorker = class { port = { postMessage() {} } }",
	}))
	s.Post("lobby", "curl", "hello")
	p.awaitText("hello")
}
