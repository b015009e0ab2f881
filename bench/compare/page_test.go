package main

import (
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPage: the page and the plots of fixed results are what they were.
func TestPage(t *testing.T) {
	results, err := loadResults("testdata/results.json")
	if err != nil {
		t.Fatal(err)
	}
	p := newPage(results, "performance")
	p.Findings = "## What was tried\n"
	text, err := p.render()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/performance.md", text)
	for _, s := range p.Sections {
		if s.plot != nil {
			golden(t, "testdata/"+s.ID+".svg", s.plot)
		}
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s has changed; look at it, and run the test with -update:\n%s", path, got)
	}
}

// TestRenderOnly: the page and its plots come where the results say.
func TestRenderOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "performance")
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.svg", "performance.md"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), []string{"--render-only", "--results", filepath.Join(dir, "results.json")}, io.Discard); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(dir + ".md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), findings) || !strings.Contains(string(page), "(performance/a.svg)") {
		t.Errorf("the page lacks the findings or a plot:\n%s", page)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.svg")); err != nil {
		t.Error(err)
	}
}

func TestNothingToRender(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	if err := run(t.Context(), []string{"--render-only", "--results", path}, io.Discard); err == nil || !strings.Contains(err.Error(), "no results") {
		t.Errorf("got %v", err)
	}
}

// TestChartIsXML: whatever stands in labels, and when there is nothing to draw.
func TestChartIsXML(t *testing.T) {
	for _, bars := range [][]bar{nil, {{label: `<"&'>`, text: "0 < 1"}}, {{"a", 1, "1", true}, {"b", 0, "0", false}}} {
		decoder := xml.NewDecoder(strings.NewReader(string(chart(`a < "b"`, bars))))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAims(t *testing.T) {
	least, most := aim{limit: 6, least: true, format: times}, aim{limit: 5, format: times}
	for _, c := range []struct {
		aim   aim
		value spread
		want  string
	}{
		{least, spread{Median: 6, Rounds: 1}, "yes"},
		{least, spread{Median: 3, Rounds: 1}, "no: 0.50× the aim"},
		{most, spread{Median: 5, Rounds: 1}, "yes"},
		{most, spread{Median: 6, Rounds: 1}, "no: 1.20× the aim"},
		{most, spread{}, "not measured"},
	} {
		if got := c.aim.met(c.value); got != c.want {
			t.Errorf("%s, %v: got %q, want %q", c.aim.bound(), c.value.Median, got, c.want)
		}
	}
}

// TestBesideBest: the best peer is the one that plainchat is least ahead of.
func TestBesideBest(t *testing.T) {
	r := &Run{Samples: []Sample{
		{Subject: plainchat, Round: 1, Figures: Figures{figDeliveries: 120}},
		{Subject: "hub", Round: 1, Figures: Figures{figDeliveries: 10}},
		{Subject: "nchan", Round: 1, Figures: Figures{figDeliveries: 20}},
		{Subject: "gosse", Round: 1, Figures: Figures{figDeliveries: 60}, Fault: "lost"},
		{Subject: "hijacked", Round: 1, Figures: Figures{figDeliveries: 90}},
	}}
	if got := besideBest(r).Median; got != 6 {
		t.Errorf("got %v, want 6", got)
	}
}
