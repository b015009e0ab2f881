package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
)

// travelling lets a page move its clock.
var travelling = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `{
	const Real = Date;
	let offset = 0;
	window.Date = class extends Real {
		constructor(...given) { given.length ? super(...given) : super(Real.now() + offset); }
		static now() { return Real.now() + offset; }
	};
	window.travel = (milliseconds) => { offset += milliseconds; };
	window.untilMidnight = () => new Date(new Date().setHours(24, 0, 0, 0)) - new Date();
}`})

const (
	shownTime  = `document.querySelector("#messages time").textContent`
	hourAlone  = `/^\d\d:\d\d$/.test(` + shownTime + `)`
	withTheDay = `/\d\d:\d\d$/.test(` + shownTime + `) && ` + shownTime + `.length > 5`
)

// What was said today was said on a day once it is midnight, whether the page is looked at then
// or later.
func TestTimesAfterMidnight(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.post("lobby", "Bob", "said today")
	p := openPage(t, s.url, "Ann", travelling)
	p.await(hourAlone)
	eval[any](p, `travel(untilMidnight() - 500), document.dispatchEvent(new Event("visibilitychange")), 0`)
	p.await(withTheDay) // by itself

	p = openPage(t, s.url, "Ann", travelling)
	p.await(hourAlone)
	eval[any](p, `travel(untilMidnight() + 1000), document.dispatchEvent(new Event("visibilitychange")), 0`)
	p.await(withTheDay)
}

// Times have three digits of fraction in the page, as they have on the wire.
func TestTimesOfThePage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.post("lobby", "Bob", "one")
	p := openPage(t, s.url, "Ann")
	s.post("lobby", "Bob", "two")
	p.awaitCount(2)
	const exact = `[...document.querySelectorAll("#messages time")].every((e) => /T\d\d:\d\d:\d\d\.\d{3}Z$/.test(e.dateTime))`
	if !eval[bool](p, exact) {
		t.Error("a time has not three digits of fraction")
	}
}

// The script groups messages as the server does, in whatever order they come into the list.
func TestGroups(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../handlers/testdata/groups.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Case     string
		Messages []struct{ Continued bool }
	}
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	s := startServer(t)
	p := openPage(t, s.url, "Ann")
	for way, fill := range map[string]string{
		"at once": `timeline.add(events)`, "one by one": `events.forEach((e) => timeline.add([e]))`,
		"from the end": `events.toReversed().forEach((e) => timeline.prepend([e]))`,
		"out of order": `timeline.add([...events.filter((e) => e.seq % 2), ...events.filter((e) => e.seq % 2 === 0)])`,
	} {
		got := eval[[][]bool](p, fmt.Sprintf(`(async () => {
			const { Timeline } = await import(document.querySelector('link[href$="/timeline.js"]').href);
			return %s.map(({ messages }) => {
				const list = document.createElement("ol");
				const timeline = new Timeline(list, 300);
				const events = messages.map((m, i) => ({ ...m, message: "text", seq: i + 1, id: "x-" + (i + 1) }));
				%s;
				return [...list.children].map((e) => e.classList.contains("continued"));
			});
		})()`, file, fill))
		for i, c := range cases {
			var want []bool
			for _, m := range c.Messages {
				want = append(want, m.Continued)
			}
			if !slices.Equal(got[i], want) {
				t.Errorf("%s, %s: continued are %v, want %v", c.Case, way, got[i], want)
			}
		}
	}
}
