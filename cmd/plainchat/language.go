package main

import (
	"bytes"
	"context"
	"strings"

	"github.com/alecthomas/kong"

	"plainchat/locale"
)

// languageKey is that of the catalogue in a context.
type languageKey struct{}

// inLanguage returns a context in which servers are asked for answers in a language.
func inLanguage(ctx context.Context, words *locale.Catalogue) context.Context {
	return context.WithValue(ctx, languageKey{}, words)
}

// acceptLanguage is that language for the header of a request; "" for English, which servers
// answer in anyway.
func acceptLanguage(ctx context.Context) string {
	if words, ok := ctx.Value(languageKey{}).(*locale.Catalogue); ok && words != locale.English {
		return words.Lang
	}
	return ""
}

// describe gives a command, what is below it, and their flags and arguments their help: by their
// names, or where those mean the same at several commands, by cli.flag and the name.
func describe(node *kong.Node, name string, words *locale.Catalogue) {
	key := "cli.help." + name
	node.Help = words.Text(key)
	if words.Has(key + ".detail") {
		node.Detail = words.Text(key + ".detail")
	}
	for _, flag := range node.Flags {
		flag.Help = helpOf(flag.Value, key, words)
	}
	for _, argument := range node.Positional {
		argument.Help = helpOf(argument, key, words)
	}
	for _, child := range node.Children {
		if node.Type == kong.ApplicationNode {
			describe(child, child.Name, words)
		} else {
			describe(child, name+"."+child.Name, words)
		}
	}
}

func helpOf(value *kong.Value, key string, words *locale.Catalogue) string {
	if own := key + "." + value.Name; words.Has(own) {
		return words.Text(own)
	}
	return words.Text("cli.flag." + value.Name)
}

// printHelp prints the help with kong's own words in the language.
func printHelp(words *locale.Catalogue) kong.HelpPrinter {
	return func(options kong.HelpOptions, ctx *kong.Context) error {
		if words == locale.English {
			return kong.DefaultHelpPrinter(options, ctx)
		}
		out := ctx.Stdout
		defer func() { ctx.Stdout = out }()
		var text bytes.Buffer
		ctx.Stdout = &text
		options.WrapUpperBound = wideWrap
		if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
			return err
		}
		_, err := out.Write([]byte(inWords(text.String(), ctx, words)))
		return err
	}
}

// wideWrap is after how many characters lines of help end that have wide ones, of which two
// columns of a terminal take one.
const wideWrap = 64

// inWords replaces kong's own words.
func inWords(help string, ctx *kong.Context, words *locale.Catalogue) string {
	command := ctx.Model.Name
	if node := ctx.Selected(); node != nil {
		command = node.FullPath()
	}
	lines := strings.Split(help, "\n")
	for i, line := range lines {
		for _, key := range []string{"cli.kong.flags", "cli.kong.commands", "cli.kong.arguments"} {
			if line == locale.English.Text(key) {
				lines[i] = words.Text(key)
			}
		}
		for _, key := range []string{"cli.kong.run", "cli.kong.run_command"} {
			if line == locale.English.Text(key, "command", command) {
				lines[i] = words.Text(key, "command", command)
			}
		}
		if rest, ok := strings.CutPrefix(line, locale.English.Text("cli.kong.usage")); ok && i == 0 {
			lines[i] = words.Text("cli.kong.usage") + rest
		}
	}
	return strings.Join(lines, "\n")
}
