package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// attacks would each run a script if the page took them for markup. %s is the
// script.
var attacks = []string{
	`<script>%s</script>`, `<img src=x onerror=%s>`, `<svg onload=%s>`, `<svg/onload=%s>`,
	`<body onload=%s>`, `<iframe src="javascript:%s">`, `<a href="javascript:%s">x</a>`,
	`<details open ontoggle=%s>`, `<input autofocus onfocus=%s>`, `<video src=x onerror=%s>`,
	`<audio src=x onerror=%s>`, `<math><a xlink:href="javascript:%s">x`, `<marquee onstart=%s>`,
	`<form action="javascript:%s"><button>`, `<object data="javascript:%s">`, `<embed src="javascript:%s">`,
	`<style onload=%s></style>`, `<link rel=stylesheet href=x onerror=%s>`, `<base href="javascript:%s//">`,
	`<meta http-equiv=refresh content="0;url=javascript:%s">`, `<template><img src=x onerror=%s></template>`,
	`<noscript><p title="</noscript><img src=x onerror=%s>">`, `<svg><script>%s</script></svg>`,
	`<svg><animate onbegin=%s attributeName=x>`, `<img src=x:x onerror=%s//`, `{{constructor.constructor('%s')()}}`,
	`${%s}`, `javascript:%s`, `<select autofocus onfocus=%s>`, `<button popovertarget=x onbeforetoggle=%s popover id=x>`,
	`<p style="animation:late 1s" onanimationstart=%s>`, `<img srcset=x onerror=%s>`, "<scr\u0131pt>%s</scr\u0131pt>",
	`<xss contenteditable autofocus onfocus=%s>`,
}

// openings end what an attack might stand in: an element, an attribute, a comment.
var openings = []string{``, `"'>`, `--></textarea></template></title>`}

func TestNothingTypedBecomesMarkup(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	var sent int
	for _, opening := range openings {
		for _, attack := range attacks {
			s.Post("lobby", "<img src=x onerror=alert(1)>", opening+fmt.Sprintf(attack, "alert(document.domain)"))
			sent++
		}
	}
	for _, name := range []string{`"><svg/onload=alert(1)>`, `'onclick='alert(1)`, `</bdi><script>alert(1)</script>`, "javascript:alert(1)"} {
		s.Post("lobby", name, name)
		sent++
	}
	if sent < 100 {
		t.Fatalf("only %d attacks", sent)
	}
	p.awaitCount(sent)
	said := s.History("lobby")
	p.wantMessages(said...)
	wantOnlyMessageElements(p)

	p.do(chromedp.Reload()) // now as the server renders them
	p.awaitConnected()
	p.wantMessages(said[len(said)-50:]...)
	wantOnlyMessageElements(p)
}

// wantOnlyMessageElements checks that the list holds what the template has, and
// nothing that came with a message. (That no script ran and no policy was
// violated is checked at the end of every test.)
func wantOnlyMessageElements(p *page) {
	p.t.Helper()
	tags := eval[[]string](p, `[...new Set([...document.querySelectorAll("#messages *")].map((e) => e.tagName))].sort()`)
	if want := []string{"A", "B", "BDI", "DIV", "LI", "P", "SPAN", "TIME"}; !slices.Equal(tags, want) {
		p.t.Errorf("the list is made of %q, want %q", tags, want)
	}
}
