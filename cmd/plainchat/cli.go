package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the commands and their flags. Those of serve, and --url, can be given in the
// environment too: --rate-limit as PLAINCHAT_RATE_LIMIT.
type cli struct {
	Serve   serveCmd   `cmd:"" default:"withargs" help:"Run the chat (the default)."`
	Send    sendCmd    `cmd:"" help:"Send messages: the arguments as one, or else each line of the standard input."`
	Tail    tailCmd    `cmd:"" help:"Print messages as they come, for ever, through restarts of the server."`
	Bench   benchCmd   `cmd:"" help:"Put a server under load and measure it."`
	Health  healthCmd  `cmd:"" help:"Fail unless a server is ready; for health checks."`
	Check   checkCmd   `cmd:"" help:"Verify every message and the indexes, also while a server runs."`
	Backup  backupCmd  `cmd:"" help:"Copy the log to a file, also while a server runs."`
	Restore restoreCmd `cmd:"" help:"Make a data folder of a backup."`
	Rebuild rebuildCmd `cmd:"" help:"Save what is whole in a damaged log, with the server stopped."`
	Version versionCmd `cmd:"" help:"Print the version."`

	VersionFlag kong.VersionFlag `name:"version" hidden:"" help:"Print the version."`
}

// command is one of them.
type command interface {
	Run(ctx context.Context, std stdio) error
}

// errHelpShown is the outcome of --help, and of --version.
var errHelpShown = errors.New("help was shown")

// parse returns the command that the arguments name, with its flags set.
func parse(args []string, getenv func(string) string, std stdio) (command, error) {
	var c cli
	helpShown := false
	env := environment{getenv: getenv, read: map[string]bool{"url": true}, given: make(map[string]bool)}
	parser, err := kong.New(&c,
		kong.Name("plainchat"),
		kong.Description("Chat over plain HTTP: speak with a POST, listen with an event stream."),
		kong.UsageOnError(),
		kong.Writers(std.out, std.err),
		kong.Vars{"version": programVersion()},
		kong.Exit(func(int) { helpShown = true }),
		kong.Resolvers(kong.ResolverFunc(env.resolve)),
		kong.ValueFormatter(env.help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return nil, err
	}
	serve := slices.IndexFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == "serve" })
	for _, flag := range parser.Model.Children[serve].Flags {
		env.read[flag.Name] = true // those in the tables of the documentation
	}
	parsed, err := parser.Parse(args)
	if helpShown {
		return nil, errHelpShown
	}
	if err != nil {
		return nil, fmt.Errorf("%s; see plainchat --help", env.name(strings.TrimSuffix(err.Error(), ".")))
	}
	return parsed.Selected().Target.Addr().Interface().(command), nil
}

// environment gives the flags that the arguments leave out, if they can be given there.
// Containers and orchestrators set variables that look like ours (PLAINCHAT_VERSION,
// PLAINCHAT_PORT), so no others are read.
type environment struct {
	getenv func(string) string
	read   map[string]bool // the flags that can be given there
	given  map[string]bool // those of them that were
}

func (e environment) resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !e.read[flag.Name] {
		return nil, nil
	}
	value := e.getenv(variable(flag.Name))
	if value == "" {
		return nil, nil
	}
	e.given[flag.Name] = true
	return value, nil
}

// name has an error that begins with a flag speak of what the person has set.
func (e environment) name(err string) string {
	flag, _, _ := strings.Cut(strings.TrimPrefix(err, "--"), ":")
	if e.given[flag] {
		return variable(flag) + strings.TrimPrefix(err, "--"+flag)
	}
	return err
}

func variable(flag string) string {
	return "PLAINCHAT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// help completes a flag's help with its default, which kong leaves out where there is
// a placeholder, and its variable.
func (e environment) help(value *kong.Value) string {
	if value.Flag == nil || value.Name == "help" {
		return value.Help
	}
	help := value.Help
	if value.Default != "" {
		help += " Default " + value.Default + "."
	}
	if e.read[value.Name] {
		help += " ($" + variable(value.Name) + ")"
	}
	return help
}
