package e2e

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A link to another device opens in place: what it shows works there, and it can be copied.
func TestLinkToDeviceInPlace(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	p.say("mine")
	p.awaitCount(1)
	p.click("#menu > summary")
	p.click("#device button")
	p.await(`document.querySelector(".device[open] .qr")?.naturalWidth > 0`)
	if got := eval[string](p, `document.querySelector(".device-good").innerText.replaceAll(/[\u2068\u2069]/g, "").replace(/\d\d:\d\d/, "15:04")`); got !=
		"It works once, until 15:04. Anyone who opens it can write as Ann, so show it to nobody else." {
		t.Errorf("the dialog says %q", got)
	}
	p.click(".device .button")
	p.await(`document.querySelector(".device .button").textContent === "Copied"`)
	link := eval[string](p, `document.querySelector(".device a").href`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.await(`document.querySelector(".device") === null && document.activeElement.matches("#menu > summary") && !document.querySelector("#menu").open`)

	other := newPage(t)
	other.do(chromedp.Navigate(link))
	other.follow(".link-answer button")
	other.awaitConnected()
	other.say("mine too")
	p.awaitCount(2)
	p.wantMessages("Ann: mine", "Ann: mine too")
}

// A link that cannot be made says why, beside the field.
func TestLinkToDeviceRefused(t *testing.T) {
	t.Parallel()
	px := startProxy(t)
	p := openPage(t, px.url, "Ann")
	target, err := url.Parse(px.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	px.answer(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/identity/link" {
			problemOf(w, http.StatusTooManyRequests, "You make links too fast.")
			return
		}
		pass.ServeHTTP(w, r)
	}, nil)
	p.click("#menu > summary")
	p.click("#device button")
	p.await(`document.querySelector("#notice").textContent === "You make links too fast." && !document.querySelector("#menu").open`)
}
