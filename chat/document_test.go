package chat

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The table of kinds in the design is what the code declares.
func TestDesignHasTheKinds(t *testing.T) {
	design, err := os.ReadFile("../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| kind | on a stream | kept | what happens | its body in the log |\n|---|---|---|---|---|\n")
	for _, k := range Kinds {
		wire := "not sent"
		if k.Wire != "" {
			wire = "`" + k.Wire + "`"
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s | %s | `%s` |\n", k.Name, wire, k.Class, k.Doc, k.Sample.Append(nil))
	}
	if !strings.Contains(string(design), "\n"+want.String()+"\n") {
		t.Errorf("docs/design.md does not have this table:\n%s", &want)
	}
}
