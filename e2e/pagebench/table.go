package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// figure is a row of the table.
type figure struct {
	key, name, aim, format string
}

var figures = []figure{
	{"bytes", "first load, bytes over the wire", "≤ 61,440", "%.0f"},
	{"requests", "first load, requests", "≤ 14", "%.0f"},
	{"lcp", "slow: largest contentful paint", "≤ 1,500 ms", "%.0f ms"},
	{"connected", "slow: connected", "≤ 2,500 ms", "%.0f ms"},
	{"cpu", "bursts: CPU for each message", "≤ 1 ms", "%.2f ms"},
	{"layouts", "bursts: layouts for each message", "< 1", "%.2f"},
	{"steady-cpu", "200 messages a second: CPU for each", "", "%.2f ms"},
	{"steady-longest", "200 messages a second: longest task", "≤ 100 ms", "%.0f ms"},
	{"missed", "5,000 missed events: all there", "≤ 2,000 ms", "%.0f ms"},
	{"missed-longest", "5,000 missed events: longest task", "≤ 200 ms", "%.0f ms"},
	{"pages", "10,000 messages: pages", "", "%.0f"},
	{"page-first", "10,000 messages: CPU for each of the first pages", "", "%.1f ms"},
	{"page-last", "10,000 messages: CPU for each of the last pages", "as the first", "%.1f ms"},
	{"page-longest", "10,000 messages: longest task", "", "%.0f ms"},
}

// writeTable writes the figures: of this program and, if it was measured, of the one before.
func writeTable(out io.Writer, results [][]values) error {
	var b strings.Builder
	columns := []string{"", "aim", "this page"}
	if len(results) > 1 {
		columns = append(columns, "the page before")
	}
	fmt.Fprintf(&b, "%s, %d rounds: the median, with the lowest and the highest. A task under 50 ms is not seen, and shown as 0.\n\n",
		time.Now().UTC().Format("2 January 2006"), len(results[0]))
	row(&b, columns)
	row(&b, slices.Repeat([]string{"---"}, len(columns)))
	for _, f := range figures {
		if _, measured := results[0][0][f.key]; !measured {
			continue
		}
		cells := []string{f.name, f.aim}
		for _, rounds := range results {
			cells = append(cells, f.cell(rounds))
		}
		row(&b, cells)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func row(b *strings.Builder, cells []string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// cell is the median of the rounds and, if they differ, the lowest and the highest.
func (f figure) cell(rounds []values) string {
	var all []float64
	for _, round := range rounds {
		all = append(all, round[f.key])
	}
	slices.Sort(all)
	show := func(v float64) string { return fmt.Sprintf(f.format, v) }
	low, middle, high := show(all[0]), show(all[len(all)/2]), show(all[len(all)-1])
	if low == high {
		return middle
	}
	return fmt.Sprintf("%s (%s to %s)", middle, low, high)
}
