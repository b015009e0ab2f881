package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// Results are the figures that the page is made of.
type Results struct {
	Machine  Machine           `json:"machine"`
	Versions map[string]string `json:"versions"`  // of the servers, by name
	Runs     map[string]*Run   `json:"workloads"` // by letter
}

// Run is what came of one workload.
type Run struct {
	Date     time.Time `json:"date"`
	Quick    bool      `json:"quick,omitempty"`
	Commands []string  `json:"commands"` // of the generator
	Samples  []Sample  `json:"samples"`
}

// Sample is one measurement.
type Sample struct {
	Subject string  `json:"subject"` // an entry of the workload
	Round   int     `json:"round"`   // counted from 1
	Figures Figures `json:"figures,omitempty"`
	Fault   string  `json:"fault,omitempty"` // why it does not count
}

// Figures are the numbers of a sample, by what they are: the members of the
// generator's report, as "deliveries.latency_seconds.p99".
type Figures map[string]float64

// loadResults reads a file of results; if there is none, there are no results yet.
func loadResults(path string) (*Results, error) {
	r := &Results{Runs: make(map[string]*Run)}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	return r, json.Unmarshal(data, r)
}

func (r *Results) save(path string) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// enter notes where the following runs are made. Figures of another machine are
// not kept beside them.
func (r *Results) enter(m Machine, versions map[string]string) {
	if r.Machine != m {
		r.Runs = make(map[string]*Run)
	}
	r.Machine = m
	if r.Versions == nil {
		r.Versions = make(map[string]string)
	}
	maps.Copy(r.Versions, versions)
}
