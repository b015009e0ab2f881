package e2e

import (
	"fmt"
	"os"
	"testing"
)

// The scripts choose the particles of Korean as the server does.
func TestParticles(t *testing.T) {
	t.Parallel()
	fixtures, err := os.ReadFile("../locale/testdata/josa.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong := eval[[]string](openModules(t), fmt.Sprintf(`(async () => {
		const { particle } = await import("/js/josa.js");
		return %s.filter(([pair, word, want]) => particle(word, pair) !== want).map(String);
	})()`, fixtures))
	if len(wrong) > 0 {
		t.Errorf("wrong are %q", wrong)
	}
}
