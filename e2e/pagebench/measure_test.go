package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plainchat/e2e/internal/build"
)

// Each measure can be taken of the page as it is now. What comes out is not judged.
func TestMeasuresCanBeTaken(t *testing.T) {
	dir := t.TempDir()
	program, err := build.Program("../..", dir)
	if err != nil {
		t.Fatal(err)
	}
	small := sizes{bursts: 1, burst: 10, steady: 100 * time.Millisecond, missed: 300, changed: 30, history: 1300}
	results, err := measureAll(t.Context(), filepath.Join(dir, "run"), []string{program}, small, 1, "", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	got := results[0][0]
	for _, f := range figures {
		value, ok := got[f.key]
		if !ok {
			t.Errorf("%s was not measured", f.name)
		}
		if value <= 0 && !strings.Contains(f.name, "longest task") { // there may be none
			t.Errorf("%s is %v", f.name, value)
		}
	}
	if len(got) != len(figures) {
		t.Errorf("%d values were measured, of which the table has %d", len(got), len(figures))
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	this := []values{{"cpu": 0.25, "requests": 9}, {"cpu": 0.5, "requests": 9}, {"cpu": 0.125, "requests": 9}}
	before := []values{{"cpu": 1, "requests": 40}, {"cpu": 1, "requests": 41}, {"cpu": 1, "requests": 41}}
	if err := writeTable(&b, [][]values{this, before}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"3 rounds",
		"| first load, requests | ≤ 14 | 9 | 41 (40 to 41) |\n",
		"| bursts: CPU for each message | ≤ 1 ms | 0.25 ms (0.12 ms to 0.50 ms) | 1.00 ms |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "10,000") {
		t.Error("the table has what was not measured")
	}
}
