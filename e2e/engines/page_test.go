//go:build linux

package engines

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
)

// patience ends a test that waits for what never comes.
const patience = 2 * time.Minute

// What the scenarios touch of the page.
const (
	nameField    = "#user-name"
	messageField = "#message"
	sendButton   = "#send"
	draft        = `document.querySelector("#message").value`
	connected    = `document.querySelector("#connection[data-state=open]") !== null`
	bannerShown  = `!document.querySelector("#banner").hidden`
	shown        = `[...document.querySelectorAll("#messages > .message")].map((m) =>
		m.querySelector(".name").textContent + ": " + m.querySelector(".text").textContent)`
	atBottom = `document.querySelector("#messages").lastElementChild.getBoundingClientRect().bottom <=
		document.querySelector("#viewport").getBoundingClientRect().bottom + 1`
)

// row is the selector of a message, or of a part of it.
func row(id, part string) string { return fmt.Sprintf("[id='%s'] %s", id, part) }

// page is a tab with the page in it.
type page struct {
	t   *testing.T
	ctx context.Context // for as long as the test may wait
	driver
}

// visit opens a tab with an address, and waits until its page is connected.
func visit(t *testing.T, by person, address string) *page {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	d, err := by.tab(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{t, ctx, d}
	p.front()
	p.must(d.navigate(ctx, address))
	p.await(connected)
	return p
}

// come opens the page for the first time, and gives a name.
func come(t *testing.T, by person, address, name string) *page {
	t.Helper()
	p := visit(t, by, address)
	p.click(nameField)
	p.press(name + keyEnter)
	p.await(`document.activeElement.id === "message"`)
	return p
}

func (p *page) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// stillTime ends a test that has waited for too long.
func (p *page) stillTime() {
	p.t.Helper()
	p.must(p.ctx.Err())
}

func (p *page) front() {
	p.t.Helper()
	p.must(p.driver.front(p.ctx))
	p.await(`document.hasFocus()`)
}

func (p *page) click(selector string) {
	p.t.Helper()
	p.must(p.driver.click(p.ctx, selector))
}

func (p *page) press(keys string) {
	p.t.Helper()
	p.must(p.driver.press(p.ctx, keys))
}

func (p *page) compose(w word) {
	p.t.Helper()
	p.must(p.driver.compose(p.ctx, w))
}

// asJSON makes of an expression one that promises its value as JSON.
func asJSON(expression string) string {
	return `(async () => JSON.stringify(await (` + expression + `) ?? null))()`
}

// eval returns the value of an expression in the page, or what it promises.
func eval[T any](p *page, expression string) (value T) {
	p.t.Helper()
	answer, err := p.eval(p.ctx, expression)
	if err == nil {
		err = json.Unmarshal(answer, &value)
	}
	if err != nil {
		p.t.Fatalf("%s: %v %q", expression, err, answer)
	}
	return value
}

// await waits in the page until an expression is true.
func (p *page) await(expression string) {
	p.t.Helper()
	script := fmt.Sprintf(`new Promise((resolve) => {
		const check = () => ((%s) ? resolve(true) : setTimeout(check, 10));
		check();
	})`, expression)
	if _, err := p.eval(p.ctx, script); err != nil {
		p.t.Fatalf("waiting for %s: %v\nthe page shows: %s", expression, err, p.text())
	}
}

// arrive waits until an expression is true on a page that is loaded meanwhile.
func (p *page) arrive(expression string) {
	p.t.Helper()
	for {
		answer, err := p.eval(p.ctx, "Boolean("+expression+")")
		if err == nil && string(answer) == "true" {
			return
		}
		p.stillTime()
	}
}

// text returns what the page shows, for a failure's report, after the test's own time may have
// run out.
func (p *page) text() string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), time.Second)
	defer cancel()
	text, err := p.eval(ctx, `document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// awaitText waits for a message with this text.
func (p *page) awaitText(text string) {
	p.t.Helper()
	p.await(`[...document.querySelectorAll("#messages .text")].some((e) => e.textContent === ` + quote(text) + `)`)
}

// idOf returns the id of the row of a message.
func (p *page) idOf(text string) string {
	p.t.Helper()
	p.awaitText(text)
	return eval[string](p, `[...document.querySelectorAll("#messages > .message")].find((m) => m.querySelector(".text").textContent === `+quote(text)+`).id`)
}

// openActions opens the row of a message.
func (p *page) openActions(id string) {
	p.t.Helper()
	p.click(row(id, ".act"))
	p.await(`document.querySelector("` + row(id, ".actions") + `") !== null`)
}

// say types a message and sends it with Enter.
func (p *page) say(text string) {
	p.t.Helper()
	p.click(messageField)
	p.press(text + keyEnter)
}

// want checks that the page shows these messages, as "name: text".
func (p *page) want(messages ...string) {
	p.t.Helper()
	if got := eval[[]string](p, shown); !slices.Equal(got, messages) {
		p.t.Errorf("the page shows\n%q\nwant\n%q", got, messages)
	}
}

// quote writes a string as JavaScript does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}
