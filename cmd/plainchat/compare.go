package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"plainchat/chat"
	"plainchat/cluster"
	"plainchat/locale"
	"plainchat/store/repair"
)

// comparison compares the log of a node with what others have: the stream, the NATS servers, the nodes.
type comparison struct {
	std     stdio
	dir     string
	journal *cluster.Journal
	unsound bool
}

// compare compares the log in a folder with all that others have, and reports whether it is the same.
func (f *natsFlags) compare(ctx context.Context, std stdio, dir string) (bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	journal, err := f.visit(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return false, err
	}
	defer journal.Close()
	c := &comparison{std: std, dir: dir, journal: journal}
	for _, look := range []func(context.Context) error{c.stream, c.nodes, c.servers} {
		if err := look(ctx); err != nil {
			return false, err
		}
	}
	return !c.unsound, nil
}

func (c *comparison) say(key string, pairs ...any) {
	fmt.Fprintln(c.std.out, chat.LineForTerminal(c.std.words.Text(key, pairs...)))
}

// problem says what is not as it should be.
func (c *comparison) problem(problem error) {
	c.unsound = true
	c.say("cli.problem", "problem", c.std.words.Say(problem))
}

// stream compares the log with the stream.
func (c *comparison) stream(ctx context.Context) error {
	found, err := repair.Compare(ctx, c.dir, c.journal)
	if err != nil {
		return err
	}
	c.say("cli.compare.stream", "positions", found.Upto, "behind", found.Behind)
	for _, problem := range found.Problems {
		c.problem(problem)
	}
	if found.Untold > 0 {
		c.unsound = true
		c.say("cli.problems_more", "more", found.Untold)
	}
	if repaired := c.journal.Counts().Repaired.Load(); repaired > 0 {
		c.problem(locale.NewError("cli.compare.repaired", "entries", repaired))
	}
	return nil
}

// nodes compares the log with those of the nodes that run.
func (c *comparison) nodes(ctx context.Context) error {
	digester, err := repair.OpenDigester(c.dir)
	if err != nil {
		return err
	}
	defer digester.Close()
	nodes, differences, err := c.journal.CompareNodes(ctx, digester)
	if err != nil {
		return err
	}
	c.say("cli.compare.nodes", "nodes", len(nodes), "names", strings.Join(nodes, ", "))
	for _, d := range differences {
		c.problem(locale.NewError("cli.compare.node", "node", d.Node, "first", d.From, "last", d.Upto))
	}
	return nil
}

// servers compares the copies of the NATS servers.
func (c *comparison) servers(ctx context.Context) error {
	servers, err := c.journal.CompareServers(ctx)
	if err != nil {
		return err
	}
	for _, s := range servers {
		switch {
		case s.Monitored == nil:
			c.say("cli.compare.unmonitored", "server", s.Name, "address", s.Address, "version", s.Version)
		case s.Monitored.Copy != nil:
			held := s.Monitored.Copy
			c.say("cli.compare.server", "server", s.Name, "version", s.Version, "messages", held.Messages, "first", held.First, "last", held.Last)
		}
		if s.Lost > 0 {
			c.problem(locale.NewError("cli.compare.damaged", "server", s.Name, "entries", s.Lost))
		}
	}
	return nil
}
