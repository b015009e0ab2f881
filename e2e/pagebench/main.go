// Command pagebench measures the page of a room in Chromium: what it weighs, and how smooth it is. With
// -base it measures another build of the program beside this one; the two take turns. It uses the
// loopback interface alone, and prints a table in Markdown. Nothing else should run meanwhile.
//
// The program is reached by HTTP and the page by what has lasted through its versions: #messages,
// li.message, #older, #viewport, #connection and #retry-now.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"plainchat/e2e/internal/build"
)

// mostTime ends a run in which something waits for what never comes.
const mostTime = 40 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "pagebench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	flags := flag.NewFlagSet("pagebench", flag.ContinueOnError)
	root := flags.String("root", "..", "the folder of the program's module")
	base := flags.String("base", "", "another build of the program, to be measured beside this one")
	only := flags.String("only", "", "measure alone what has this in its name, such as paging")
	rounds := flags.Int("rounds", 3, "how often each figure is measured; the table has the median")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "plainchat-pagebench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path, err := build.Program(*root, dir)
	if err != nil {
		return err
	}
	programs := []string{path}
	if *base != "" {
		programs = append(programs, *base)
	}
	results, err := measureAll(ctx, dir, programs, ordinary, *rounds, *only, progress)
	if err != nil {
		return err
	}
	return writeTable(out, results)
}

// sizes says how much is done to measure a figure.
type sizes struct {
	bursts, burst   int           // how many bursts, and the messages in each
	steady          time.Duration // how long steadyRate lasts
	missed, changed int           // events that a page misses; those among them that change messages
	history         int           // messages to page through
}

var ordinary = sizes{bursts: 10, burst: 100, steady: 30 * time.Second, missed: 5000, changed: 500, history: 10_000}

// measures are taken in this order, each of all programs before the next one.
var measures = []struct {
	name string
	take func(context.Context, *lab) (values, error)
}{
	{"first load", firstLoad},
	{"slow network and processor", slowLoad},
	{"bursts", bursts},
	{"steady messages", steady},
	{"missed events", missed},
	{"paging", paging},
}

// values are what was measured, by the key of a figure.
type values map[string]float64

// measureAll returns the values of each program, round after round.
func measureAll(ctx context.Context, dir string, programs []string, size sizes, rounds int, only string, progress io.Writer) ([][]values, error) {
	stop, err := startBrowser(filepath.Join(dir, "profile"))
	if err != nil {
		return nil, err
	}
	defer stop()
	labs := make([]*lab, len(programs))
	for i, program := range programs {
		labs[i] = &lab{size: size}
		if labs[i].server, err = startServer(ctx, program, filepath.Join(dir, fmt.Sprint("data-", i))); err != nil {
			return nil, err
		}
		defer labs[i].server.stop()
	}
	results := make([][]values, len(programs))
	for round := range rounds {
		for i := range results {
			results[i] = append(results[i], values{})
		}
		for _, measure := range measures {
			if !strings.Contains(measure.name, only) {
				continue
			}
			for i, lab := range labs {
				fmt.Fprintf(progress, "round %d of %d: %s, %s\n", round+1, rounds, measure.name, programs[i])
				lab.round = round
				got, err := measure.take(ctx, lab)
				if err != nil {
					return nil, fmt.Errorf("%s of %s: %w", measure.name, programs[i], err)
				}
				for key, value := range got {
					results[i][round][key] = value
				}
			}
		}
	}
	return results, nil
}

// lab is a program that runs, and what is done to it.
type lab struct {
	server *server
	size   sizes
	round  int
	filled bool // the room to page through
}

// room names a room that no measure has used.
func (l *lab) room(measure string) string { return fmt.Sprintf("%s-%d", measure, l.round+1) }
