package locale

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestParticle(t *testing.T) {
	data, err := os.ReadFile("testdata/josa.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixtures [][3]string // a pair, a word, and what follows it
	if err := json.Unmarshal(data, &fixtures); err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures {
		if got := particle(f[1], f[0]); got != f[2] {
			t.Errorf("%s after %q is %s, want %s", f[0], f[1], got, f[2])
		}
	}
}

// Whatever stands before it, a particle is one of its forms.
func FuzzParticle(f *testing.F) {
	for _, word := range []string{"", "지훈", "각", "Jane", "--", "é", "\xff", "ㅋ"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if got := particle(word, "으로/로"); !strings.Contains(" 으로 로 (으)로 ", " "+got+" ") {
			t.Errorf("after %q: %q", word, got)
		}
	})
}
