package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// place is the message at the top of the view and how far down it is, in pixels.
type place struct {
	ID  string  `json:"id"`
	Top float64 `json:"top"`
}

// place returns what the reader has before the eyes.
func (p *page) place() place {
	p.t.Helper()
	return eval[place](p, `(() => {
		const top = document.querySelector("#viewport").getBoundingClientRect().top;
		const first = [...document.querySelectorAll(".message")].find((m) => m.getBoundingClientRect().top >= top);
		return { id: first.id, top: first.getBoundingClientRect().top };
	})()`)
}

// wantStill checks that a message is still where it was.
func (p *page) wantStill(was place) {
	p.t.Helper()
	now := eval[float64](p, `document.getElementById(`+quote(was.ID)+`).getBoundingClientRect().top`)
	if now-was.Top > 1 || was.Top-now > 1 {
		p.t.Errorf("what was read moved from %v to %v pixels", was.Top, now)
	}
}

const atBottom = `document.querySelector("#viewport").scrollTop === 0 &&
	document.querySelector("#messages > :last-child").getBoundingClientRect().bottom <=
	document.querySelector("#viewport").getBoundingClientRect().bottom`

func TestScrolledUpDoesNotMove(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 40)
	p := openPage(t, s.URL, "Bob")
	p.await(atBottom)
	s.Post("lobby", "Ann", "followed")
	p.awaitText("followed")
	p.await(atBottom)

	eval[float64](p, `document.querySelector("#viewport").scrollTop = -300`)
	was := p.place()
	s.Post("lobby", "Ann", "not followed")
	s.Post("lobby", "Cem", "nor this")
	p.await(`document.querySelector("#jump").textContent === "2 new · jump to latest"`)
	p.wantStill(was)

	p.do(chromedp.Click(chromedp.CSS("#jump")))
	p.await(atBottom)
	p.await(`document.querySelector("#jump").hidden`)
}

func TestOlderMessagesLoadWithoutAJump(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.PostMany("lobby", "Ann", 130)
	p := openPage(t, s.URL, "Bob")
	p.awaitCount(50)
	eval[float64](p, `document.querySelector("#viewport").scrollTop = -1200`)
	was := p.place()
	p.awaitCount(100)
	p.wantStill(was)
	eval[float64](p, `document.querySelector("#viewport").scrollTop = -1e6`)
	p.awaitCount(130)
	p.wantMessages(s.History("lobby")...)
	p.await(`document.querySelector("#older").hidden`)
}
