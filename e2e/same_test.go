package e2e

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
)

var (
	stories   = flag.Int("stories", 3, "how many random stories TestStories has")
	firstSeed = flag.Uint64("seed", 1, "what decides at random in the first of them; each has the next")
)

const (
	storySteps = 50 // in each of three parts
	theEnd     = "that was all"
)

// A page that saw everything live, one that was away for a while and one that is loaded afterwards
// show the same, whatever people did; and views that are built anew say the same.
func TestStories(t *testing.T) {
	t.Parallel()
	for i := range *stories {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			tellStory(t, seed)
		})
	}
}

func tellStory(t *testing.T, seed uint64) {
	px := startProxy(t)
	s := px.server
	story := newStory(s, rand.New(rand.NewPCG(seed, 0)))
	first := story.people[0]
	live := first.openPage(s.Room("tea"))
	away := first.openPage(px.url + "/rooms/tea")
	live.awaitConnected()
	away.awaitConnected()
	tell := func() {
		for range storySteps {
			story.step()
		}
	}
	tell()
	px.answer(pageOf(http.StatusBadGateway), nil)
	px.front.CloseClientConnections()
	tell()
	px.answer(nil, nil)
	if seed%2 == 0 {
		s.Kill()
		s.Restart()
		s.awaitViews()
	}
	tell()
	s.Post("tea", "narrator", theEnd)
	for name, p := range map[string]*page{"live": live, "away": away} {
		p.awaitText(theEnd)
		p.wantAsAnother(name, first.openPage(s.Room("tea")))
	}
	live.wantAsServed(first.openPage(s.Room("tea"), withoutScript))
	before := s.told()
	s.Kill()
	for _, file := range viewFiles(t, s.Data) {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	s.Restart()
	s.awaitViews()
	if after := s.told(); after != before {
		t.Errorf("history was\n%s\nand with views that are built anew\n%s", before, after)
	}
}

// viewFiles are the files of the folder that are made from the log.
func viewFiles(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "views.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no views: %v", err)
	}
	return files
}

// openPage opens a page in the person's browser, which remembers the name that they began with.
func (p *person) openPage(address string, setUp ...step) *page {
	p.t.Helper()
	return p.openPageAs("Ann", address, setUp...)
}

func (p *person) openPageAs(name, address string, setUp ...step) *page {
	p.t.Helper()
	setUp = append(setUp, remembered(name, address), command(network.SetCookie, network.SetCookieParams{
		Name: p.cookie.Name, Value: p.cookie.Value, URL: address, HTTPOnly: new(true),
	}))
	pg := newPage(p.t, setUp...)
	pg.do(visit(address))
	return pg
}

// wantAsAnother checks that the page comes to show what another does.
func (p *page) wantAsAnother(name string, fresh *page) {
	p.t.Helper()
	fresh.awaitConnected()
	want := eval[string](fresh, markup)
	if !p.comes("(" + markup + ") === " + quote(want)) {
		p.t.Errorf("the %s page shows\n%s\nand a fresh one\n%s", name, eval[string](p, markup), want)
	}
}

// comes reports whether an expression becomes true. It waits for a minute, which is many times as
// long as it takes.
func (p *page) comes(expression string) bool {
	p.t.Helper()
	return eval[bool](p, fmt.Sprintf(`new Promise((resolve) => {
		const end = performance.now() + 60_000;
		const check = () => ((%s) ? resolve(true) : performance.now() > end ? resolve(false) : setTimeout(check, 50));
		check();
	})`, expression))
}

// served is the list without what the script adds to the server's own elements.
const served = `(() => {
	const list = document.querySelector("#messages").cloneNode(true);
	for (const e of list.querySelectorAll(".day, .receipt, .unread-line")) e.remove(); // the script alone has the reader's time zone, and who has read
	for (const e of list.querySelectorAll("time")) e.replaceWith(e.dateTime);
	for (const e of list.querySelectorAll(".edited, .status, .ask-outcome > *")) e.removeAttribute("title");
	for (const e of list.querySelectorAll('[data-status="running"] .status, .ask-until')) e.textContent = ""; // the script has a clock
	for (const e of list.querySelectorAll(".act, .when, .replies, .versions, .reactions > .more-emoji")) for (const a of ["role", "tabindex", "href", "aria-haspopup", "aria-expanded"]) e.removeAttribute(a);
	for (const e of list.querySelectorAll("[lang]")) e.removeAttribute("lang");
	for (const e of list.querySelectorAll("[class]")) e.className = [...e.classList].filter((c) => c !== "continued").sort().join(" ");
	return list.innerHTML.replaceAll("><li", ">\n<li");
})()`

// wantAsServed checks that the page shows what the server itself writes.
func (p *page) wantAsServed(plain *page) {
	p.t.Helper()
	if got, want := eval[string](p, served), eval[string](plain, served); got != want {
		p.t.Errorf("the script shows\n%s\nand the server writes\n%s", got, want)
	}
}

// awaitViews waits until the views are built.
func (s *server) awaitViews() {
	s.t.Helper()
	for s.get("/rooms", "application/json") == "" {
		if err := s.t.Context().Err(); err != nil {
			s.t.Fatal(err)
		}
	}
}

// told is the room as JSON and as a transcript.
func (s *server) told() string {
	s.t.Helper()
	return s.get("/rooms/tea/messages?limit=1000", "application/json") + s.get("/rooms/tea?limit=1000", "text/plain") + s.get("/rooms", "application/json")
}

// get returns what is at an address, or nothing while the server cannot say.
func (s *server) get(at, accept string) string {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.URL+at, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		s.t.Fatal(err)
	case resp.StatusCode == http.StatusServiceUnavailable:
		return ""
	case resp.StatusCode != http.StatusOK:
		s.t.Fatalf("GET %s: %s\n%s", at, resp.Status, body)
	}
	return string(body)
}
