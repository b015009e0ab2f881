package e2e

import (
	"fmt"
	"os"
	"testing"
)

// An event changes the reactions that a page has to those that the server would answer.
func TestReactionsOfEvents(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("testdata/reactions.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), fmt.Sprintf(`(async () => {
		const { react } = await import("/js/model/reactions.js");
		const emoji = "👍";
		const sorted = (list) => JSON.stringify(list.map((each) => Object.entries({ emoji, ...each }).sort()));
		const found = %s.map(([what, before, event, own, want]) => {
			const got = react(before.map((each) => ({ emoji, ...each })), { emoji, ...event }, own);
			return sorted(got) === sorted(want) ? "" : what + ": " + sorted(got);
		});
		const full = { emoji, count: 50, names: Array.from({ length: 50 }, (_, i) => "p" + i) };
		const [more] = react([full], { emoji, user_name: "Ann" }, false);
		if (more.count !== 51 || more.names.length !== 50) found.push("one more than is listed: " + sorted([more]));
		return found.filter((each) => each !== "");
	})()`, fixtures))
	if len(wrong) > 0 {
		t.Errorf("%q", wrong)
	}
}
