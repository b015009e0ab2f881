package handlers

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// What is tall is folded, by the same rule as on the page.
func TestFold(t *testing.T) {
	var fixtures []struct {
		Case, Part string
		Times      int
		Long       bool
	}
	file, err := os.ReadFile("testdata/folds.json")
	if err == nil {
		err = json.Unmarshal(file, &fixtures)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures {
		if got := isLong(strings.Repeat(f.Part, f.Times)); got != f.Long {
			t.Errorf("%s: folded %t, want %t", f.Case, got, f.Long)
		}
	}
}
