package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed performance.md.tmpl
var pageTemplate string

//go:embed findings.md
var findings string

// page is what the template is filled with.
type page struct {
	Machine  Machine
	Memory   string
	Servers  []pageServer
	Aims     []pageAim
	Sections []section
	Findings string
}

type pageServer struct{ Title, Name, Settings, Version string }

type pageAim struct{ Workload, Text, Bound, Value, Met string }

// section is a workload on the page.
type section struct {
	ID, Title, About, Date string
	Quick                  bool
	Commands               []string
	Chart                  string // the plot's file, beside the page
	Head                   []string
	Rows                   [][]string
	Faults                 []string

	plot []byte
}

// writePage writes the page and the plots: the plots beside the results, the page
// beside the folder of these.
func writePage(results string, r *Results) error {
	dir, err := filepath.Abs(filepath.Dir(results))
	if err != nil {
		return err
	}
	p := newPage(r, filepath.Base(dir))
	text, err := p.render()
	if err != nil {
		return err
	}
	for _, s := range p.Sections {
		if s.plot == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, plotName(s.ID)), s.plot, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(dir+".md", text, 0o644)
}

func plotName(id string) string { return id + ".svg" }

func (p *page) render() ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"row": tableRow}).Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, p)
	return b.Bytes(), err
}

// tableRow writes a line of a Markdown table.
func tableRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

// newPage makes a page of results; folder is where the plots are.
func newPage(r *Results, folder string) *page {
	p := &page{Machine: r.Machine, Memory: size(float64(r.Machine.Memory)), Findings: findings}
	for _, s := range servers() {
		if v := r.Versions[s.name]; v != "" {
			p.Servers = append(p.Servers, pageServer{s.title, s.name, s.settings, v})
		}
	}
	for _, a := range aims() {
		if run := r.Runs[a.workload]; run != nil {
			v := a.of(run)
			c := column{format: a.format}
			p.Aims = append(p.Aims, pageAim{a.workload, a.text, a.bound(), c.cell(v), a.met(v)})
		}
	}
	for _, w := range workloads() {
		if run := r.Runs[w.id]; run != nil {
			p.Sections = append(p.Sections, newSection(w, run, folder, r.Machine.Descriptors))
		}
	}
	return p
}

func newSection(w *workload, run *Run, folder string, descriptors int) section {
	s := section{
		ID: w.id, Title: w.title, About: w.about, Date: run.Date.Format("2 January 2006"),
		Quick: run.Quick, Commands: run.Commands, Head: []string{w.rows},
	}
	if w.rows == "" {
		s.Head[0] = "server"
	}
	for _, c := range w.columns {
		s.Head = append(s.Head, c.head)
	}
	var bars []bar
	for _, e := range w.entries(scale{run.Quick, descriptors}) {
		if !run.has(e.name) {
			continue
		}
		s.Rows = append(s.Rows, w.row(run, &e))
		if fault := run.faults(&e); fault != "" {
			s.Faults = append(s.Faults, fault)
		}
		if w.chart == nil {
			continue
		}
		if v := w.chart.of(run, &e); v.Rounds > 0 {
			bars = append(bars, bar{e.label(), v.Median, w.chart.format(v.Median), e.server == plainchat})
		}
	}
	if len(bars) > 0 {
		s.Chart = folder + "/" + plotName(w.id)
		s.plot = chart(w.title+": "+w.chart.head, bars)
	}
	return s
}

// row is a subject's line in the table.
func (w *workload) row(run *Run, e *entry) []string {
	cells := []string{e.label()}
	for _, c := range w.columns {
		cells = append(cells, c.cell(c.of(run, e)))
	}
	return cells
}

// label is the subject's name on the page.
func (e *entry) label() string {
	if e.title != "" {
		return e.title
	}
	return findServer(e.server).title
}

// has reports whether a subject was measured.
func (r *Run) has(subject string) bool {
	return slices.ContainsFunc(r.Samples, func(s Sample) bool { return s.Subject == subject })
}

// faults tells of a subject's samples that do not count, and why the first does
// not; it is empty if all count.
func (r *Run) faults(e *entry) string {
	all, bad, why := 0, 0, ""
	for _, s := range r.Samples {
		if s.Subject != e.name {
			continue
		}
		if all++; s.Fault != "" {
			bad++
			why = cmp.Or(why, s.Fault)
		}
	}
	if bad == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d of %d rounds do not count: %s.", e.label(), bad, all, why)
}
