package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the commands and their flags. Those of serve, and --url, can be given in the
// environment too: --rate-limit as PLAINCHAT_RATE_LIMIT. A token can be given there alone.
type cli struct {
	Serve      serveCmd      `cmd:"" help:"Run the chat. This is the default command."`
	Send       sendCmd       `cmd:"" help:"Send messages: the arguments as one, or else each line of the standard input."`
	Tail       tailCmd       `cmd:"" help:"Print messages as they arrive, until interrupted; survives restarts of the server."`
	Edit       editCmd       `cmd:"" help:"Give a message another text."`
	React      reactCmd      `cmd:"" help:"Put an emoji to a message, or take it back."`
	Health     healthCmd     `cmd:"" help:"Fail unless a server is ready; for health checks."`
	Token      tokenCmd      `cmd:"" help:"Make, list and revoke the tokens of scripts."`
	Names      namesCmd      `cmd:"" help:"Release the names that people have."`
	Rooms      roomsCmd      `cmd:"" help:"List the rooms."`
	Delete     deleteCmd     `cmd:"" help:"Delete messages, whoever wrote them."`
	Check      checkCmd      `cmd:"" help:"Verify every message and the indexes. A server may be running."`
	Backup     backupCmd     `cmd:"" help:"Copy the log to a file. A server may be running."`
	Restore    restoreCmd    `cmd:"" help:"Make a data folder from a backup."`
	Rebuild    rebuildCmd    `cmd:"" help:"Recover the intact messages of a damaged log. The server must be stopped."`
	Bench      benchCmd      `cmd:"" help:"Put a server under load and measure it."`
	Completion completionCmd `cmd:"" help:"Print a completion script for bash, zsh or fish."`
	Licences   licencesCmd   `cmd:"" aliases:"licenses" help:"Print the licences of plainchat and of everything linked into it."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
	Help       struct{}      `cmd:"" help:"Print the help of a command."` // which normalize makes --help

	VersionFlag kong.VersionFlag `name:"version" short:"v" help:"Print the version."`
}

// command is one of them.
type command interface {
	Run(ctx context.Context, std stdio) error
}

// errHelpShown is the outcome of --help, and of --version.
var errHelpShown = errors.New("help was shown")

// parse returns the command that the arguments name, with its flags set. What is wrong
// with them is a usageError.
func parse(args []string, getenv func(string) string, std stdio) (command, error) {
	env := environment{getenv: getenv, read: map[string]bool{"url": true}, given: make(map[string]bool)}
	helpShown := false
	out := &firstError{Writer: std.out}
	parser, err := newParser(
		kong.Writers(out, std.err),
		kong.Exit(func(int) { helpShown = true }),
		kong.Resolvers(kong.ResolverFunc(env.resolve)),
		kong.ValueFormatter(env.help),
	)
	if err != nil {
		return nil, err
	}
	for _, flag := range commandOf(parser, "serve").Flags {
		env.read[flag.Name] = true // those in the tables of the documentation
	}
	parsed, err := parser.Parse(normalize(args))
	if out.err != nil {
		return nil, out.err // which kong leaves out, or takes for a mistake in the arguments
	}
	if helpShown {
		return nil, errHelpShown
	}
	if failed, ok := errors.AsType[*kong.ParseError](err); ok {
		return nil, env.usage(failed)
	}
	if err != nil {
		return nil, err
	}
	selected := parsed.Selected().Target.Addr().Interface().(command)
	if c, ok := selected.(interface {
		authorize(getenv func(string) string) error
	}); ok {
		if err := c.authorize(getenv); err != nil {
			return nil, &usageError{err.Error()}
		}
	}
	return selected, nil
}

// firstError remembers the first error of a writer.
type firstError struct {
	io.Writer
	err error
}

func (w *firstError) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.err = cmp.Or(w.err, err)
	return n, err
}

func newParser(options ...kong.Option) (*kong.Kong, error) {
	return kong.New(new(cli), append(options,
		kong.Name("plainchat"),
		kong.Description("Chat over plain HTTP: send with a POST, listen with an event stream."),
		kong.Vars{"version": programVersion()},
		kong.TypeMapper(reflect.TypeFor[int](), kong.MapperFunc(decodeCount)),
		kong.TypeMapper(urlType, kong.MapperFunc(decodeURL)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)...)
}

func commandOf(parser *kong.Kong, name string) *kong.Node {
	i := slices.IndexFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == name })
	return parser.Model.Children[i]
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
	if value := e.getenv(variable(flag.Name)); value != "" {
		e.given[flag.Name] = true
		return value, nil
	}
	if flag.Name != "url" {
		return nil, nil
	}
	address, err := listening(e.getenv)
	if err != nil {
		e.given["listen"] = true
		return nil, err
	}
	if address == "" {
		return nil, nil
	}
	return address, nil
}

// usage makes a sentence of an error of kong.
func (e environment) usage(failed *kong.ParseError) error {
	synopsis, help := "", "plainchat --help"
	if node := failed.Context.Selected(); node != nil {
		synopsis, help = "plainchat "+node.Summary(), node.FullPath()+" --help"
	}
	return &usageError{e.name(explain(failed.Error(), synopsis)) + "; see " + help}
}

// leadingFlag is the flag that an error begins with.
var leadingFlag = regexp.MustCompile(`^--[a-z-]+`)

// name has an error that begins with a flag speak of what the person has set.
func (e environment) name(err string) string {
	flag := leadingFlag.FindString(err)
	if name := strings.TrimPrefix(flag, "--"); e.given[name] {
		return variable(name) + strings.TrimPrefix(err, flag)
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
