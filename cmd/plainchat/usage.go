package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// usageError is a mistake in the arguments or the environment.
type usageError struct{ sentence string }

func (e *usageError) Error() string { return e.sentence }

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

// explanations are kong's errors that do not say what to do, and sentences that do.
var explanations = []struct {
	pattern  *regexp.Regexp
	sentence string
}{
	{regexp.MustCompile(`^(--[a-z-]+): (?:missing value|expected .* value but got "EOL").*`), `${1} needs a value, as in ${1}=VALUE`},
	{regexp.MustCompile(`^(--[a-z-]+): expected .* value but got "(.*)" \(.*`), `${1} needs a value; if that is "${2}", write ${1}=${2}`},
	{regexp.MustCompile(`^(--[a-z-]+): expected .* but got ("[^"]*").*`), `${1}: ${2} is not a valid value`},
	{regexp.MustCompile(`^(unknown flag -[^-]), did you mean .*`), `${1}`}, // of one letter, all are alike
	{regexp.MustCompile(`^unknown flag (-\d)$`), `unknown flag ${1}; write -- before what begins with a - and is no flag`},
	{regexp.MustCompile(`^<[a-z]+>: `), ``},             // what is wrong with an argument says itself which
	{regexp.MustCompile(`^(?:[a-z]+|--url): --`), `--`}, // what a command or --url makes of another flag
}

// explain says what to do about an error of kong. command is the command's synopsis, and
// empty where there was none.
func explain(err, command string) string {
	err = strings.TrimSuffix(err, ".")
	for _, e := range explanations {
		err = e.pattern.ReplaceAllString(err, e.sentence)
	}
	if argument, ok := strings.CutPrefix(err, "unexpected argument "); ok && command == "" {
		argument, guess, _ := strings.Cut(argument, ", ")
		err = fmt.Sprintf("there is no command %q", argument)
		if guess != "" {
			err += ", " + guess
		}
	} else if missing, ok := strings.CutPrefix(err, "expected "); ok || strings.HasPrefix(err, "unexpected argument ") {
		if ok {
			err = "the argument " + strings.Trim(missing, `"`) + " is missing"
		}
		err += "; the command is: " + command
	}
	return err
}
