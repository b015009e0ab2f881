package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// The documents for people have a table of the flags of serve, with variable and
// default. This holds it against the flags there are.
func TestDocumentsHaveEveryFlag(t *testing.T) {
	flags := serveFlags(t)
	for _, name := range []string{"README.md", "README.ko.md", "docs/operations.md"} {
		document, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, flag := range flags {
			row := fmt.Sprintf("| `--%s` | `%s` |", flag.Name, variable(flag.Name))
			if flag.HasDefault {
				row += fmt.Sprintf(" `%s` |", flag.Default)
			}
			if !strings.Contains(string(document), "\n"+row) {
				t.Errorf("%s lacks the row %s", name, row)
			}
		}
		if rows := strings.Count(string(document), "\n| `--"); rows != len(flags) {
			t.Errorf("%s has %d rows for %d flags", name, rows, len(flags))
		}
	}
}

func serveFlags(t *testing.T) []*kong.Flag {
	t.Helper()
	parser, err := kong.New(new(cli))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Children {
		if command.Name == "serve" {
			return command.Flags
		}
	}
	t.Fatal("there is no command serve")
	return nil
}
