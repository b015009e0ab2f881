package main

import (
	"fmt"
	"math"
	"time"

	"github.com/dustin/go-humanize"
)

// column is a figure in a table.
type column struct {
	head   string
	figure string
	format func(float64) string
	relation
}

// relation says how a column's figure is compared with that of an entry's base.
type relation int

const (
	alone    relation = iota
	multiple          // the subject's divided by the base's
	fraction          // the base's divided by the subject's
)

// over is the column of the same figure as a multiple of the base's.
func (c column) over(head string) column {
	c.head, c.format, c.relation = head, times, multiple
	return c
}

// under is the column of the base's figure as a multiple of the subject's.
func (c column) under(head string) column {
	c.head, c.format, c.relation = head, times, fraction
	return c
}

// of returns the column's value for a subject.
func (c column) of(r *Run, e *entry) spread {
	switch c.relation {
	case multiple:
		return r.ratio(e.name, e.base, c.figure)
	case fraction:
		return r.ratio(e.base, e.name, c.figure)
	}
	return r.figure(e.name, c.figure)
}

// cell writes a value with its spread.
func (c column) cell(s spread) string {
	switch {
	case s.Rounds == 0:
		return "–"
	case s.Rounds == 1 || c.format(s.Low) == c.format(s.High):
		return c.format(s.Median)
	}
	return fmt.Sprintf("%s (%s–%s)", c.format(s.Median), c.format(s.Low), c.format(s.High))
}

// seconds writes a time to three figures.
func seconds(v float64) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}} {
		if math.Abs(v) >= u.unit.Seconds()*0.9995 {
			return threeFigures(v/u.unit.Seconds()) + " " + u.name
		}
	}
	return threeFigures(v*1e6) + " µs"
}

// size writes bytes, in thousands.
func size(v float64) string {
	switch {
	case math.Abs(v) >= 1e9:
		return threeFigures(v/1e9) + " GB"
	case math.Abs(v) >= 1e6:
		return threeFigures(v/1e6) + " MB"
	}
	return threeFigures(v/1e3) + " KB"
}

// count writes a whole number, to three figures where it is large.
func count(v float64) string {
	if v >= 100_000 {
		step := math.Pow(10, math.Floor(math.Log10(v))-2)
		v = math.Round(v/step) * step
	}
	return humanize.Comma(int64(math.Round(v)))
}

func decimal(v float64) string { return fmt.Sprintf("%.3f", v) }

func times(v float64) string { return threeFigures(v) + "×" }

func threeFigures(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 99.95:
		return humanize.Comma(int64(math.Round(v)))
	case abs >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
