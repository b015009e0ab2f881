// Compare measures plainchat beside what a user would pick instead, and writes
// docs/performance.md from what it found. bench/run installs the peers and calls it.
//
//	bench/run --only a,b --peers nchan,hub --quick
//
// Each server is started by itself on loopback, put under load by `plainchat bench`
// in a process of its own, and ended. The servers of a workload take turns, round
// after round, and figures are compared within a round: whatever else the machine
// does meanwhile meets all of them alike.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// options are the command line.
type options struct {
	Only       []string `placeholder:"LETTERS" help:"Only these workloads, a to h; what is in the results of others stays."`
	Peers      []string `placeholder:"NAMES" help:"Only these peers beside plainchat."`
	Quick      bool     `help:"One short round: to see that everything works, not to be believed."`
	Results    string   `default:"docs/performance/results.json" placeholder:"FILE" help:"Where the figures are kept; plots are written beside it, the page beside their folder."`
	RenderOnly bool     `help:"Measure nothing; make the page and the plots anew."`
	Data       string   `placeholder:"DIR" help:"Folder on the disk to measure, for what is temporary; by default the system's."`
	Node       string   `placeholder:"DIR" help:"Folder with the Socket.IO peer after its npm install."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "compare: %v\n", err)
		os.Exit(1)
	}
}

// run is the whole program. It tells its progress on log.
func run(ctx context.Context, args []string, log io.Writer) error {
	o, err := parse(args, log)
	if err != nil || o == nil {
		return err
	}
	results, err := loadResults(o.Results)
	if err != nil {
		return err
	}
	if !o.RenderOnly {
		if err := measure(ctx, o, results, log); err != nil {
			return err
		}
	}
	if len(results.Runs) == 0 {
		return fmt.Errorf("%s has no results to make a page of", o.Results)
	}
	return writePage(o.Results, results)
}

// parse reads the command line. It returns nil if all that was asked for is help.
func parse(args []string, log io.Writer) (*options, error) {
	var o options
	help := false
	parser, err := kong.New(&o, kong.Name("compare"),
		kong.Description("Measure plainchat beside other servers, and write docs/performance.md."),
		kong.Writers(log, log), kong.Exit(func(int) { help = true }))
	if err != nil {
		return nil, err
	}
	_, err = parser.Parse(args)
	switch {
	case help:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &o, o.check()
}

// check returns an error about the first name that is none.
func (o *options) check() error {
	for _, id := range o.Only {
		if findWorkload(id) == nil {
			return fmt.Errorf("there is no workload %q; there are a to h", id)
		}
	}
	for _, name := range o.Peers {
		if findServer(name) == nil || name == plainchat {
			return fmt.Errorf("there is no peer %q", name)
		}
	}
	if o.Data == "" {
		o.Data = os.TempDir()
	}
	return nil
}

// measure runs the workloads and keeps the results after each.
func measure(ctx context.Context, o *options, results *Results, log io.Writer) (err error) {
	l, err := newLab(ctx, o, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	results.enter(readMachine(l.descriptors), l.versions)
	for _, w := range workloads() {
		if !o.runs(w.id) {
			continue
		}
		r, err := l.run(ctx, w)
		if err != nil {
			return fmt.Errorf("workload %s: %w", w.id, err)
		}
		results.Runs[w.id] = r
		if err := results.save(o.Results); err != nil {
			return err
		}
	}
	return nil
}
