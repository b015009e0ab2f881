package main

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"plainchat/locale"
)

// usageError is a mistake in the arguments or the environment.
type usageError struct{ error }

// In tells it in a language.
func (e *usageError) In(c *locale.Catalogue) string { return c.Say(e.error) }

// negative is an argument that is a number below zero, and no flag.
var negative = regexp.MustCompile(`^-[0-9.]`)

// normalize puts arguments as kong takes them: the default command is named, "help x" is
// "x --help", and a negative number after a flag is its value.
func normalize(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"serve"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case strings.HasPrefix(args[0], "-") && !slices.Contains([]string{"-h", "--help", "-v", "--version"}, args[0]):
		args = append([]string{"serve"}, args...)
	}
	var joined []string
	for i, arg := range args {
		if arg == "--" {
			return append(joined, args[i:]...)
		}
		if i > 0 && negative.MatchString(arg) && strings.HasPrefix(args[i-1], "--") && !strings.Contains(args[i-1], "=") {
			joined[len(joined)-1] += "=" + arg
			continue
		}
		joined = append(joined, arg)
	}
	return joined
}

// mistakes are kong's errors, and the sentences that say what to do. The groups of a pattern are
// the values of its sentence.
var mistakes = []struct {
	pattern *regexp.Regexp
	key     string
}{
	{regexp.MustCompile(`^(?P<flag>--[a-z-]+): (?:missing value|expected .* value but got "EOL")`), "cli.mistake.no_value"},
	{regexp.MustCompile(`^(?P<flag>--[a-z-]+): expected .* value but got "(?P<value>.*)" \(`), "cli.mistake.dash_value"},
	{regexp.MustCompile(`^(?P<flag>--[a-z-]+): expected .* but got (?P<value>"[^"]*")`), "cli.mistake.bad_value"},
	{regexp.MustCompile(`^(?P<flag>--[a-z-]+): bool value must be .* but got (?P<value>".*")$`), "cli.mistake.bool"},
	{regexp.MustCompile(`^unknown flag (?P<flag>-\d)(?:, did you mean .*)?$`), "cli.mistake.dash_argument"},
	{regexp.MustCompile(`^unknown flag (?P<flag>-[^-])(?:, did you mean .*)?$`), "cli.mistake.unknown_flag"}, // of one letter, all are alike
	{regexp.MustCompile(`^unknown flag (?P<flag>[^ ]+), did you mean one of (?P<guess>.*)\?$`), "cli.mistake.unknown_flag_guesses"},
	{regexp.MustCompile(`^unknown flag (?P<flag>[^ ]+), did you mean (?P<guess>.*)\?$`), "cli.mistake.unknown_flag_guess"},
	{regexp.MustCompile(`^unknown flag (?P<flag>[^ ]+)$`), "cli.mistake.unknown_flag"},
	{regexp.MustCompile(`^missing flags: (?P<flags>.*)$`), "cli.mistake.missing_flags"},
	{regexp.MustCompile(`^(?P<flag>--[a-z-]+) and (?P<other>--[a-z-]+) can't be used together$`), "cli.mistake.exclusive"},
	{regexp.MustCompile(`^(?P<flag>[^ ]+) must be one of (?P<values>.*) but got (?P<given>".*")$`), "cli.mistake.enum"},
	{regexp.MustCompile(`^expected one of (?P<arguments>.*)$`), "cli.mistake.missing_one"},
	{regexp.MustCompile(`^expected "(?P<argument>.*)"$`), "cli.mistake.missing"},
}

// misplaced are what kong says of an argument too many, and the sentences for it: where there is no
// command, it was meant to be one.
var misplaced = []struct {
	pattern          *regexp.Regexp
	argument, noSuch string
}{
	{regexp.MustCompile(`^unexpected argument (?P<argument>.*), did you mean one of (?P<guess>.*)\?$`), "cli.mistake.unexpected_guesses", "cli.mistake.no_command_guesses"},
	{regexp.MustCompile(`^unexpected argument (?P<argument>.*), did you mean (?P<guess>.*)\?$`), "cli.mistake.unexpected_guess", "cli.mistake.no_command_guess"},
	{regexp.MustCompile(`^unexpected argument (?P<argument>.*)$`), "cli.mistake.unexpected", "cli.mistake.no_command"},
}

// explain says what to do about an error of kong. The synopsis is the command's, and empty where
// there was none.
func explain(failed error, synopsis string) error {
	if told, ok := errors.AsType[*locale.Error](failed); ok {
		return ofFlag(failed.Error(), told)
	}
	text := strings.TrimSuffix(failed.Error(), ".")
	for _, m := range mistakes {
		if values := match(m.pattern, text); values != nil {
			return locale.NewError(m.key, append(values, "synopsis", synopsis)...)
		}
	}
	for _, m := range misplaced {
		values := match(m.pattern, text)
		switch {
		case values == nil:
		case synopsis == "":
			values[1] = quoted(values[1].(string))
			return locale.NewError(m.noSuch, values...)
		default:
			return locale.NewError(m.argument, append(values, "synopsis", synopsis)...)
		}
	}
	return errors.New(text)
}

// match returns the groups of a pattern by their names, or nil.
func match(pattern *regexp.Regexp, text string) (pairs []any) {
	groups := pattern.FindStringSubmatch(text)
	for i, name := range pattern.SubexpNames() {
		if i > 0 && groups != nil {
			pairs = append(pairs, name, groups[i])
		}
	}
	return pairs
}

var (
	// ofArgument is how kong begins an error of an argument, which says itself which.
	ofArgument = regexp.MustCompile(`^<[a-z]+>: $`)
	// ofOther is how it begins what a command or --url makes of another flag.
	ofOther = regexp.MustCompile(`^(?:[a-z]+|--url): $`)
)

// ofFlag is what our own code finds wrong, with the flag that kong has put before it.
func ofFlag(text string, told *locale.Error) error {
	before, _, _ := strings.Cut(text, told.Error())
	if before == "" || ofArgument.MatchString(before) || ofOther.MatchString(before) && strings.HasPrefix(told.Error(), "--") {
		return told
	}
	return locale.NewError("cli.mistake.of", "flag", strings.TrimSuffix(before, ": "), "mistake", told)
}
