package main

import (
	"context"
	_ "embed"
	"strings"
	"text/template"

	"github.com/alecthomas/kong"
)

// completionCmd prints what a shell needs to complete commands and flags.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish"`
}

//go:embed completion.tmpl
var completionText string

var completionTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"quote": func(s string) string { return `'` + strings.ReplaceAll(s, `'`, `'\''`) + `'` },
	"words": func(flags []*kong.Flag) string {
		var words strings.Builder
		for _, flag := range flags {
			words.WriteString(" --" + flag.Name)
		}
		return words.String()
	},
	"isSwitch": func(flag *kong.Flag) bool { return flag.IsBool() },
}).Parse(completionText))

// Run prints the script.
func (c *completionCmd) Run(_ context.Context, std stdio) error {
	parser, err := newParser(std.words)
	if err != nil {
		return err
	}
	return completionTemplates.ExecuteTemplate(std.out, c.Shell, parser.Model)
}
