package e2e

import (
	"fmt"
	"os"
	"testing"
)

// The page folds the texts that the server folds.
func TestFold(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("../handlers/testdata/folds.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), fmt.Sprintf(`(async () => {
		const { isLong } = await import("/js/model/fold.js");
		return %s.filter(({ part, times, long }) => isLong(part.repeat(times)) !== long).map((each) => each.case);
	})()`, fixtures))
	if len(wrong) > 0 {
		t.Errorf("folded otherwise: %q", wrong)
	}
}
