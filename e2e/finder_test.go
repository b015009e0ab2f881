package e2e

import (
	"fmt"
	"os"
	"testing"
)

// What was typed finds a text, well or less well; null is not at all.
func TestFinder(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("testdata/finder.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), fmt.Sprintf(`(async () => {
		const { finder } = await import("/js/model/finder.js");
		return %s.map(([typed, text, want]) => [typed, text, want ?? Infinity, finder(typed)(text)])
			.filter(([, , want, got]) => want !== got).map((each) => each.join(" | "));
	})()`, fixtures))
	if len(wrong) > 0 {
		t.Errorf("typed, text, want, got:\n%q", wrong)
	}
}

// The best comes first, and else the order stays.
func TestFind(t *testing.T) {
	t.Parallel()
	got := eval[string](openModules(t), `(async () => {
		const { find } = await import("/js/model/finder.js");
		const people = [["Joanna"], ["Ben"], ["Lee Ann"], ["Anna"], ["x", "ann"], ["ㅁ"]];
		return find("an", people, (names) => names).map(([name]) => name).join();
	})()`)
	if want := "Anna,x,Lee Ann,Joanna"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}
