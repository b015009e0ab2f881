package main

import "testing"

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		format func(float64) string
		value  float64
		want   string
	}{
		{seconds, 0, "0.00 µs"}, {seconds, 1.234e-6, "1.23 µs"}, {seconds, 0.000_457, "457 µs"},
		{seconds, 0.999_7, "1.00 s"}, {seconds, 0.0123, "12.3 ms"}, {seconds, 1234, "1,234 s"},
		{size, 2_345, "2.35 KB"}, {size, -500, "-0.50 KB"}, {size, 48.2e6, "48.2 MB"}, {size, 2.5e9, "2.50 GB"},
		{count, 0, "0"}, {count, 99_999.4, "99,999"}, {count, 1_234_567, "1,230,000"}, {count, 100_499, "100,000"},
		{times, 0.954, "0.95×"}, {times, 12.34, "12.3×"}, {times, 345.6, "346×"},
		{decimal, 0.0004, "0.000"},
	} {
		if got := c.format(c.value); got != c.want {
			t.Errorf("%v: got %q, want %q", c.value, got, c.want)
		}
	}
}

func TestCell(t *testing.T) {
	c := column{format: times}
	for _, x := range []struct {
		value spread
		want  string
	}{
		{spread{}, "–"},
		{spread{2, 1, 3, 1}, "2.00×"},
		{spread{2, 2.001, 2.002, 3}, "2.00×"},
		{spread{2, 1, 3, 3}, "2.00× (1.00×–3.00×)"},
	} {
		if got := c.cell(x.value); got != x.want {
			t.Errorf("%+v: got %q, want %q", x.value, got, x.want)
		}
	}
}

// TestRelations: a multiple is of the base's, a fraction the other way round.
func TestRelations(t *testing.T) {
	run := &Run{Samples: []Sample{
		{Subject: "hub", Round: 1, Figures: Figures{"x": 2}}, {Subject: plainchat, Round: 1, Figures: Figures{"x": 8}},
	}}
	c, hub := column{figure: "x", format: count}, &entry{name: "hub", base: plainchat}
	for want, c := range map[float64]column{2: c, 0.25: c.over("multiple"), 4: c.under("fraction")} {
		if got := c.of(run, hub); got.Median != want {
			t.Errorf("%s: got %v, want %v", c.head, got.Median, want)
		}
	}
	if got := c.over("multiple").of(run, &entry{name: plainchat}); got.Rounds != 0 {
		t.Errorf("compared with nothing: got %+v", got)
	}
}
