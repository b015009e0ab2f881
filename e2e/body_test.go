package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// The script makes of a body the elements that the server makes, whatever is in it.
func TestBodies(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../richtext/testdata/bodies.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Case, HTML, Plain string }
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	p := openModules(t)
	got := eval[[]string](p, fmt.Sprintf(`(async () => {
		const { renderBody } = await import("/js/body.js");
		const { plainOf } = await import("/js/model/plain.js");
		return %s.map(({ text, body, html, plain }) => {
			if (plainOf(body, text) !== plain) return plainOf(body, text);
			const made = document.createElement("div");
			made.append(renderBody(body, text));
			const served = document.createElement("div");
			served.innerHTML = html;
			return made.isEqualNode(served) ? "" : made.outerHTML;
		});
	})()`, file))
	if len(got) != len(cases) {
		t.Fatalf("%d of %d bodies were made", len(got), len(cases))
	}
	for i, c := range cases {
		if got[i] != "" {
			t.Errorf("%s: the script makes\n%s\nand the server\n%s\n%q", c.Case, got[i], c.HTML, c.Plain)
		}
	}
}

// A message is shown with its marks by whoever sends it, whoever is there, and whoever comes later.
func TestMarksOfAMessage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann")
	const strong = `document.querySelector("#messages .text strong")?.textContent === "now"`
	p.say("**now** <b>not this</b>")
	p.await(strong)
	p.await(`document.querySelector("#messages .text").textContent === "now <b>not this</b>"`)
	plain := newPage(t, withoutScript)
	plain.do(visit(s.URL))
	for _, other := range []*page{openPage(t, s.URL, "Bob"), plain} {
		if !eval[bool](other, strong) {
			t.Error("who comes later sees no marks")
		}
	}
}

// Each line begins where its script begins: on the page, and on the one without end.
func TestDirectionOfLines(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("tea", "Bob", "green tea\nشاي green\nand back")
	p := openPage(t, s.Room("tea"), "Ann")
	const atStart = `(() => {
		const text = document.querySelector(".message .text");
		const box = text.getBoundingClientRect();
		const range = document.createRange();
		range.selectNodeContents(text);
		const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
		const near = (a, b) => Math.abs(a - b) < 2;
		return [lines[0], lines.at(-1)].every(({ left }) => near(left, box.left)) && lines.some(({ right }) => near(right, box.right));
	})()`
	if !eval[bool](p, atStart) {
		t.Error("on the page a line does not begin where its script does")
	}
	if !eval[bool](openEndless(t, s.Room("tea")+"/live"), atStart) {
		t.Error("on the page without end a line does not begin where its script does")
	}
}
