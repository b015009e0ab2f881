package program

import (
	"testing"

	"plainchat/internal/licences"
)

// TestLicences: whoever has only the program has the licences too.
func TestLicences(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"licences", "licenses"} {
		p := launch(t, program(t, nil, spelling))
		if code := p.wait(); code != 0 || p.stdout.String() != licences.Text {
			t.Errorf("%s: exit code %d, %d bytes of output, %q", spelling, code, len(p.stdout.String()), p.stderr)
		}
	}
}
