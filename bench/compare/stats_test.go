package main

import "testing"

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   spread
	}{
		{nil, spread{}},
		{[]float64{3}, spread{3, 3, 3, 1}},
		{[]float64{5, 1, 2}, spread{2, 1, 5, 3}},
		{[]float64{4, 1, 2, 9}, spread{3, 1, 9, 4}},
	} {
		if got := spreadOf(c.values); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.values, got, c.want)
		}
	}
}

// TestRatio: figures are divided within their round, and a round in which either
// does not count is left out.
func TestRatio(t *testing.T) {
	run := &Run{Samples: []Sample{
		{Subject: "a", Round: 1, Figures: Figures{"x": 10}},
		{Subject: "b", Round: 1, Figures: Figures{"x": 5}},
		{Subject: "a", Round: 2, Figures: Figures{"x": 60}},
		{Subject: "b", Round: 2, Figures: Figures{"x": 20}},
		{Subject: "a", Round: 3, Figures: Figures{"x": 9e9}},
		{Subject: "b", Round: 3, Figures: Figures{"x": 1}, Fault: "lost"},
		{Subject: "a", Round: 4, Figures: Figures{"y": 1}},
		{Subject: "b", Round: 4, Figures: Figures{"x": 0}},
	}}
	if got, want := run.ratio("a", "b", "x"), (spread{2.5, 2, 3, 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := run.figure("b", "x"), (spread{5, 0, 20, 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := run.ratio("a", "c", "x"); got.Rounds != 0 {
		t.Errorf("got %+v of what was not measured", got)
	}
}
