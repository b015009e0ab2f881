package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// shownDay is what stands above the messages.
const shownDay = `document.querySelector("#messages .day").textContent`

// What was said today was said on a day once it is midnight, whether the page is looked at then
// or later.
func TestTimesAfterMidnight(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "said today")
	p := openPage(t, s.URL, "Ann", travelling)
	p.await(shownDay + ` === "Today"`)
	eval[any](p, `travel(untilMidnight() - 500), document.dispatchEvent(new Event("visibilitychange")), 0`)
	p.await(shownDay + ` === "Yesterday"`) // by itself

	p = openPage(t, s.URL, "Ann", travelling)
	p.await(shownDay + ` === "Today"`)
	eval[any](p, `travel(untilMidnight() + 1000), document.dispatchEvent(new Event("visibilitychange")), 0`)
	p.await(shownDay + ` === "Yesterday"`)
}

// inSeoul is where a reader's clock is nine hours ahead of UTC.
var inSeoul = command(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Seoul"})

// Every page shows times of the reader's own time zone; without script they are in UTC, and say so.
func TestTimesOfTheReader(t *testing.T) {
	t.Parallel()
	s := startTeaHouse(t)
	root := s.Said(teaHouse)[4].ID
	for _, at := range []string{
		"/search?q=restart", "/rooms", "/rooms/" + teaHouse, "/rooms/" + teaHouse + "?thread=" + root,
		"/rooms/" + teaHouse + "/messages/" + root, "/rooms/" + teaHouse + "?before=" + root,
	} {
		p := newPage(t, inSeoul)
		p.do(chromedp.Navigate(s.URL + at))
		p.await(`document.querySelector("main time") !== null && [...document.querySelectorAll("main time")].every((e) => {
			const there = new Date(Date.parse(e.dateTime) + 9 * 3600_000).toISOString();
			return e.textContent.includes(there.slice(11, 16)) && !e.textContent.includes("UTC") && !e.title.includes("UTC");
		})`)
		p = newPage(t, withoutScript)
		p.do(visit(s.URL + at))
		const toldInUTC = `[...document.querySelectorAll("main time")].every((e) => e.textContent.includes(e.dateTime.slice(11, 16)) && e.title.includes("UTC"))`
		if !eval[bool](p, toldInUTC) {
			t.Errorf("%s without script does not tell times in UTC", at)
		}
	}
}

// Times have three digits of fraction in the page, as they have on the wire.
func TestTimesOfThePage(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "one")
	p := openPage(t, s.URL, "Ann")
	s.Post("lobby", "Bob", "two")
	p.awaitCount(2)
	const exact = `[...document.querySelectorAll("#messages time")].every((e) => /T\d\d:\d\d:\d\d\.\d{3}Z$/.test(e.dateTime))`
	if !eval[bool](p, exact) {
		t.Error("a time has not three digits of fraction")
	}
}

// The script groups messages as the server does.
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
	p := openModules(t)
	got := eval[[][]bool](p, fmt.Sprintf(`(async () => {
		const { rowsOf } = await import("/js/rows.js");
		return %s.map(({ messages }) => {
			const whole = messages.map((m, i) => ({ ...m, message: "text", seq: i + 1, id: "x-" + (i + 1) }));
			const options = { isOwn: () => false, unreadAfter: 0, groupWithin: 300_000, complete: true, dayOf: () => "a day", receiptOf: () => "" };
			const { rows } = rowsOf(whole, [], options);
			return rows.filter(({ type }) => type === "message").map(({ continued }) => continued);
		});
	})()`, file))
	for i, c := range cases {
		var want []bool
		for _, m := range c.Messages {
			want = append(want, m.Continued)
		}
		if !slices.Equal(got[i], want) {
			t.Errorf("%s: continued are %v, want %v", c.Case, got[i], want)
		}
	}
}
