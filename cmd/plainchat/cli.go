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

	"plainchat/locale"
)

// cli is the commands and their flags. Those of serve, and --url, can be given in the
// environment too: --rate-limit as PLAINCHAT_RATE_LIMIT. A token can be given there alone.
type cli struct {
	Serve      serveCmd      `cmd:""`
	Send       sendCmd       `cmd:""`
	Run        runCmd        `cmd:""`
	Ask        askCmd        `cmd:""`
	Tail       tailCmd       `cmd:""`
	Edit       editCmd       `cmd:""`
	React      reactCmd      `cmd:""`
	Health     healthCmd     `cmd:""`
	Token      tokenCmd      `cmd:""`
	Hook       hookCmd       `cmd:""`
	Webhook    webhookCmd    `cmd:""`
	Names      namesCmd      `cmd:""`
	Rooms      roomsCmd      `cmd:""`
	Delete     deleteCmd     `cmd:""`
	Check      checkCmd      `cmd:""`
	Backup     backupCmd     `cmd:""`
	Restore    restoreCmd    `cmd:""`
	Rebuild    rebuildCmd    `cmd:""`
	Migrate    migrateCmd    `cmd:""`
	Bench      benchCmd      `cmd:""`
	Completion completionCmd `cmd:""`
	Licences   licencesCmd   `cmd:"" aliases:"licenses"`
	Version    versionCmd    `cmd:""`
	Help       struct{}      `cmd:""` // which normalize makes --help

	VersionFlag kong.VersionFlag `name:"version" short:"v"`
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
	env := environment{getenv: getenv, words: locale.OfEnvironment(getenv), read: map[string]bool{"url": true}, given: make(map[string]bool)}
	helpShown := false
	out := &firstError{Writer: std.out}
	parser, err := newParser(env.words,
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
			return nil, &usageError{err}
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

// newParser returns a parser whose help is in a language.
func newParser(words *locale.Catalogue, options ...kong.Option) (*kong.Kong, error) {
	parser, err := kong.New(new(cli), append(options,
		kong.Name("plainchat"),
		kong.Vars{"version": programVersion()},
		kong.TypeMapper(reflect.TypeFor[int](), kong.MapperFunc(decodeCount)),
		kong.TypeMapper(urlType, kong.MapperFunc(decodeURL)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(printHelp(words)),
	)...)
	if err == nil {
		describe(parser.Model.Node, "plainchat", words)
	}
	return parser, err
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
	words  *locale.Catalogue
	read   map[string]bool // the flags that can be given there
	given  map[string]bool // those of them that were
}

func (e environment) resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !e.reads(flag.Value) {
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

// reads reports whether a flag can be given in the environment. One that is tagged has the name of such a
// flag, and another meaning.
func (e environment) reads(value *kong.Value) bool {
	return e.read[value.Name] && !value.Tag.Has("argument")
}

// usage makes a sentence of an error of kong.
func (e environment) usage(failed *kong.ParseError) error {
	synopsis, help := "", "plainchat --help"
	if node := failed.Context.Selected(); node != nil {
		synopsis, help = "plainchat "+node.Summary(), node.FullPath()+" --help"
	}
	return &usageError{locale.NewError("cli.see", "mistake", &renamed{explain(failed, synopsis), e}, "help", help)}
}

// leadingFlag is the flag that an error begins with.
var leadingFlag = regexp.MustCompile(`^--[a-z-]+`)

// renamed is an error that speaks of what the person has set.
type renamed struct {
	error
	env environment
}

func (r *renamed) Error() string { return r.In(locale.English) }

// In tells it in a language, as a part of a sentence.
func (r *renamed) In(c *locale.Catalogue) string {
	return strings.TrimSuffix(r.env.name(c.Say(r.error)), ".")
}

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
		help += " " + e.words.Text("cli.default", "value", value.Default)
	}
	if e.reads(value) {
		help += " ($" + variable(value.Name) + ")"
	}
	return help
}
