package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// workload is one kind of load, and the subjects that take turns under it.
type workload struct {
	id      string // a letter
	title   string
	about   string // for the page
	entries func(scale) []entry
	// complete adds figures that come of several samples of a round; may be nil.
	complete func(*Run)
	columns  []column // of the page's table
	chart    *column  // of the page's plot; may be nil
	rows     string   // the head of the column of names, if not "server"
}

// entry is one subject of a workload.
type entry struct {
	name   string // in the results
	title  string // if it is not that of its server
	server string // the server's name; none if there is only measure
	base   string // the subject that it is compared with; none if it is the base itself
	args   []string
	// measure replaces a run of the generator; may be nil.
	measure func(context.Context, *lab) (Figures, error)
}

// scale is how much is measured.
type scale struct {
	quick       bool
	descriptors int
}

// rounds is how often the subjects take turns.
func (s scale) rounds() int { return int(s.pick(3, 1)) }

// pick chooses between the whole and the quick measure.
func (s scale) pick(whole, quick int) int {
	if s.quick {
		return quick
	}
	return whole
}

// seconds is pick for a time.
func (s scale) seconds(whole, quick int) string {
	return (time.Duration(s.pick(whole, quick)) * time.Second).String()
}

// run runs a workload, round after round.
func (l *lab) run(ctx context.Context, w *workload) (*Run, error) {
	sc := scale{quick: l.options.Quick, descriptors: l.descriptors}
	r := &Run{Date: time.Now().UTC().Truncate(time.Second), Quick: l.options.Quick}
	for round := 1; round <= sc.rounds(); round++ {
		for _, e := range w.entries(sc) {
			if e.server != "" && l.versions[e.server] == "" {
				continue
			}
			began := time.Now()
			s, err := l.sample(ctx, &e)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.name, err)
			}
			s.Round = round
			r.Samples = append(r.Samples, s)
			r.note(&e)
			fmt.Fprintf(l.log, "%s %d/%d %-22s %4.1f s  %s\n", w.id, round, sc.rounds(), e.name, time.Since(began).Seconds(), s.Fault)
		}
	}
	if w.complete != nil {
		w.complete(r)
	}
	return r, nil
}

// sample makes one measurement.
func (l *lab) sample(ctx context.Context, e *entry) (Sample, error) {
	if e.measure != nil {
		figures, err := e.measure(ctx, l)
		return Sample{Subject: e.name, Figures: figures}, err
	}
	s := findServer(e.server)
	p, err := l.start(ctx, s)
	switch {
	case ctx.Err() != nil:
		return Sample{}, context.Cause(ctx)
	case err != nil:
		return Sample{Subject: e.name, Fault: err.Error()}, nil
	}
	defer p.stop()
	figures, fault, err := l.generate(ctx, s, p, e.args)
	return Sample{Subject: e.name, Figures: figures, Fault: fault}, err
}

// note keeps the command of a generator's run.
func (r *Run) note(e *entry) {
	if e.args == nil {
		return
	}
	command := "plainchat bench HOST:PORT " + strings.Join(e.args, " ")
	if !slices.Contains(r.Commands, command) {
		r.Commands = append(r.Commands, command)
	}
}

// runs reports whether a workload was asked for.
func (o *options) runs(id string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, id) }

// findWorkload returns the workload of a letter, or nil.
func findWorkload(id string) *workload {
	for _, w := range workloads() {
		if w.id == id {
			return w
		}
	}
	return nil
}
