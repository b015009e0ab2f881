package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the commands and their flags. Each flag can be given in the environment
// too: --rate-limit as PLAINCHAT_RATE_LIMIT.
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
}

// command is one of them.
type command interface {
	Run(ctx context.Context, std stdio) error
}

// errHelpShown is the outcome of --help.
var errHelpShown = errors.New("help was shown")

// parse returns the command that the arguments name, with its flags set.
func parse(args []string, getenv func(string) string, std stdio) (command, error) {
	var c cli
	helpShown := false
	parser, err := kong.New(&c,
		kong.Name("plainchat"),
		kong.Description("Chat over plain HTTP: speak with a POST, listen with an event stream."),
		kong.UsageOnError(),
		kong.Writers(std.out, std.err),
		kong.Exit(func(int) { helpShown = true }),
		kong.Resolvers(environment(getenv)),
		kong.ValueFormatter(helpFor),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(args)
	if helpShown {
		return nil, errHelpShown
	}
	if err != nil {
		return nil, fmt.Errorf("%s; see plainchat --help", strings.TrimSuffix(err.Error(), "."))
	}
	return parsed.Selected().Target.Addr().Interface().(command), nil
}

// environment gives the flags that the arguments leave out.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := getenv(variable(flag.Name)); value != "" {
			return value, nil
		}
		return nil, nil
	})
}

func variable(flag string) string {
	return "PLAINCHAT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// helpFor completes a flag's help with its default, which kong leaves out where
// there is a placeholder, and its variable.
func helpFor(value *kong.Value) string {
	if value.Flag == nil || value.Name == "help" {
		return value.Help
	}
	help := value.Help
	if value.Default != "" {
		help += " Default " + value.Default + "."
	}
	return help + " ($" + variable(value.Name) + ")"
}

// network is a range of addresses: "10.0.0.0/8", or a single address.
type network netip.Prefix

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *network) UnmarshalText(text []byte) error {
	s := string(text)
	prefix, err := netip.ParsePrefix(s)
	if addr, addrErr := netip.ParseAddr(s); addrErr == nil {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if err != nil {
		return fmt.Errorf("%q is not a network; write it like 10.0.0.0/8 or 10.1.2.3", s)
	}
	const mapped = 96 // bits before the IPv4 address in an IPv6 one, which no connection has
	if prefix.Addr().Is4In6() && prefix.Bits() >= mapped {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mapped)
	}
	*n = network(prefix)
	return nil
}
