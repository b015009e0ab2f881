package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

const (
	most       = 550 // messages in the list
	oldest     = `document.querySelector("#older").hidden`
	newest     = `document.querySelector("#newer").hidden`
	scrollUp   = `(document.querySelector("#viewport").scrollTop = -1e6, false)`
	scrollDown = `(document.querySelector("#viewport").scrollTop = 0, false)`
)

// flood says n things, sixteen at a time.
func (s *server) flood(room string, n int) {
	s.t.Helper()
	var speakers sync.WaitGroup
	for i := range 16 {
		speakers.Go(func() {
			for number := i; number < n; number += 16 {
				s.Post(room, fmt.Sprintf("user %d", number%5), fmt.Sprintf("flood %d", number))
			}
		})
	}
	speakers.Wait()
}

// floodAside does so on another port, so that a page that waits for the server does not hear it.
func (s *server) floodAside(room string, n int) {
	s.t.Helper()
	addr := s.Addr
	s.Addr = "127.0.0.1:0"
	s.Restart()
	s.flood(room, n)
	s.Post(room, "Bob", "the last")
	s.Kill()
	s.Addr = addr
	s.Restart()
}

// layouts returns how often the page was laid out.
func (p *page) layouts() float64 {
	p.t.Helper()
	result, err := chromedp.Run(p.ctx, func(ctx context.Context, target *chromedp.Target) (performance.GetMetricsResult, error) {
		if _, err := cdp.Call(ctx, target, performance.Enable, performance.EnableParams{}); err != nil {
			return performance.GetMetricsResult{}, err
		}
		return cdp.Call(ctx, target, performance.GetMetrics, cdp.Empty{})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, metric := range result.Metrics {
		if metric.Name == "LayoutCount" {
			return metric.Value
		}
	}
	p.t.Fatal("the browser does not count layouts")
	return 0
}

// remember makes the page note every message that its list ever holds, and the most at a time.
const remember = `(() => {
	const list = document.querySelector("#messages");
	window.seen = new Set();
	window.longest = 0;
	const note = () => {
		for (const { id } of list.querySelectorAll(".message")) seen.add(Number(id.split("-").at(-1)));
		longest = Math.max(longest, list.children.length);
	};
	new MutationObserver(note).observe(list, { childList: true });
	note();
	return true;
})()`

// wantInOrder checks that the list has each message once, in the order of the log, and no more of
// them than a browser handles with ease. Before the first message of the reader's own, the log
// has that the name is theirs.
func (p *page) wantInOrder() {
	p.t.Helper()
	places := eval[[]struct {
		Seq int
		Own bool
	}](p, `[...document.querySelectorAll("#messages > .message")].map((e) => ({ seq: Number(e.id.split("-").at(-1)), own: e.matches(".own") }))`)
	for i := 1; i < len(places); i++ {
		before, place := places[i-1].Seq, places[i]
		if place.Seq != before+1 && !(place.Own && place.Seq == before+2) {
			p.t.Fatalf("message %d is followed by %d", before, place.Seq)
		}
	}
	if longest := eval[int](p, `longest`); longest > most {
		p.t.Errorf("the list had %d messages, want at most %d", longest, most)
	}
}

// A page that missed much starts anew with the newest, and reaches everything else by scrolling.
func TestCatchingUp(t *testing.T) {
	for _, missed := range []int{150, 600, 1500} {
		t.Run(fmt.Sprint(missed), func(t *testing.T) {
			s := startServer(t)
			s.PostMany("lobby", "Ann", 10)
			p := openPage(t, s.URL, "Ann")
			p.awaitCount(10)
			eval[bool](p, remember)
			s.Kill()
			p.await(bannerShown)
			before := p.layouts()
			s.floodAside("lobby", missed)
			p.awaitText("the last")
			p.await(`document.querySelector("#banner").hidden`)
			p.wantInOrder()
			p.await(atBottom)
			if laidOut := p.layouts() - before; laidOut > 300 {
				t.Errorf("the page was laid out %.0f times", laidOut)
			}
			p.say("and mine")
			p.awaitText("and mine")
			p.await(oldest + ` || ` + scrollUp)
			p.wantInOrder()
			if got := eval[int](p, `seen.size`); got != missed+12 {
				t.Errorf("on the way up there were %d messages, want %d", got, missed+12)
			}
			p.await(newest + ` || ` + scrollDown)
			p.awaitText("and mine")
			p.wantInOrder()
		})
	}
}

// Who is at the bottom of a busy room has the newest messages, and no more of them than a browser
// handles with ease.
func TestBusyRoom(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	eval[bool](p, remember)
	s.flood("lobby", 800)
	s.Post("lobby", "Bob", "the last")
	p.awaitText("the last")
	p.wantInOrder()
	p.await(atBottom)
	shown, history := p.messages(), s.History("lobby")
	if !slices.Equal(shown, history[len(history)-len(shown):]) {
		t.Error("the list is not the end of what was said")
	}
}

// Who reads further up stays there, however much comes; and finds all of it below.
func TestReadingInABusyRoom(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 60)
	p := openPage(t, s.URL, "Ann")
	eval[bool](p, remember)
	eval[float64](p, `document.querySelector("#viewport").scrollTop = -900`)
	was := p.place()
	s.flood("lobby", 800)
	s.Post("lobby", "Bob", "the last")
	p.await(`document.querySelector("#jump").textContent.startsWith("801 new")`)
	p.wantStill(was)
	p.wantInOrder()

	p.await(newest + ` || ` + scrollDown)
	p.awaitText("the last")
	p.wantInOrder()
	history := s.History("lobby")
	if got := eval[int](p, `seen.size`); got < 811 {
		t.Errorf("on the way down there were %d messages of %d", got, len(history))
	}

	eval[float64](p, `document.querySelector("#viewport").scrollTop = -1e4`)
	s.Post("lobby", "Bob", "later")
	p.await(`!document.querySelector("#jump").hidden`)
	p.do(chromedp.Click(chromedp.CSS("#jump")))
	p.awaitText("later")
	p.await(atBottom)
	p.wantInOrder()
}

// What one says is shown even to oneself who has read far up, where the list does not go on to
// the end.
func TestSayingFarFromTheEnd(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.flood("lobby", 700)
	p := openPage(t, s.URL, "Ann")
	eval[bool](p, remember)
	p.await(oldest + ` || ` + scrollUp)
	if eval[bool](p, newest) {
		t.Fatal("the list has everything")
	}
	p.say("here I am")
	p.awaitText("here I am")
	p.await(atBottom)
	p.wantInOrder()
	if got := eval[string](p, `document.querySelector("#messages").lastElementChild.querySelector(".text").textContent`); !strings.Contains(got, "here I am") {
		t.Errorf("the last message is %q", got)
	}
}

// Marks that are stacked up stay in their message.
func TestMarksStayInTheirMessage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for room, letter := range map[string]string{"plain": "o", "marks": "o" + strings.Repeat("\u0301\u0323", 400)} {
		s.Post(room, "Ann", "ooo above")
		s.Post(room, "Bob", letter)
		s.Post(room, "Cem", "ooo below")
	}
	plain, marks := openPage(t, s.Room("plain"), "Dan"), openPage(t, s.Room("marks"), "Dan")
	for _, neighbour := range []string{"#messages > .message:nth-child(2) .text", "#messages > .message:nth-child(4) .text", "#typing"} {
		a, b := plain.look(neighbour), marks.look(neighbour)
		if !slices.Equal(a, b) {
			t.Errorf("the marks are painted over %s", neighbour)
		}
	}
	if !slices.Equal(plain.look("#messages > .message:nth-child(3) .name"), marks.look("#messages > .message:nth-child(3) .name")) {
		t.Error("the marks are painted over the name of their own message")
	}
}

// look returns a picture of an element and of what is painted over it.
func (p *page) look(selector string) []byte {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.Screenshot(chromedp.CSS(selector)))
	if err != nil {
		p.t.Fatal(err)
	}
	return picture
}

// Each line of a message has the direction of its own text.
func TestLinesHaveTheirDirection(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "English first.\nשלום עולם!\nEnglish again.")
	p := openPage(t, s.URL, "Ann")
	left := func(part string) float64 {
		return eval[float64](p, `(() => {
			const text = document.querySelector("#messages .text").firstChild;
			const range = document.createRange();
			range.setStart(text, text.data.indexOf(`+quote(part)+`));
			range.setEnd(text, range.startOffset + 1);
			return range.getBoundingClientRect().left;
		})()`)
	}
	if left("!") > left("ש") {
		t.Error("the mark that ends the Hebrew line stands at its beginning")
	}
	if left("again.") < left("English") {
		t.Error("an English line runs from right to left")
	}
}
