package main

import "slices"

// spread sums up the same figure of several rounds.
type spread struct {
	Median, Low, High float64
	Rounds            int // 0 if there is none
}

func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return spread{Median: (v[(n-1)/2] + v[n/2]) / 2, Low: v[0], High: v[n-1], Rounds: n}
}

// figure returns a subject's figure over the rounds that count.
func (r *Run) figure(subject, figure string) spread {
	var values []float64
	for _, s := range r.Samples {
		if v, ok := s.counted(subject, figure); ok {
			values = append(values, v)
		}
	}
	return spreadOf(values)
}

// ratio returns a subject's figure divided by another's of the same round, over
// the rounds in which both count.
func (r *Run) ratio(subject, base, figure string) spread {
	var values []float64
	for _, s := range r.Samples {
		above, ok := s.counted(subject, figure)
		if !ok {
			continue
		}
		for _, b := range r.Samples {
			if below, ok := b.counted(base, figure); ok && b.Round == s.Round && below != 0 {
				values = append(values, above/below)
			}
		}
	}
	return spreadOf(values)
}

// counted returns a figure of a sample if that is the subject's and counts.
func (s Sample) counted(subject, figure string) (float64, bool) {
	if s.Subject != subject || s.Fault != "" {
		return 0, false
	}
	v, ok := s.Figures[figure]
	return v, ok
}
