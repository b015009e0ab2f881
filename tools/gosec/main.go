// Gosec looks for security faults. It is gosec's analyser alone: its own command also
// links the clients of several AI services, some forty modules.
package main

import (
	"github.com/securego/gosec/v2/goanalysis"
	"golang.org/x/tools/go/analysis/singlechecker"
)

func main() { singlechecker.Main(goanalysis.Analyzer) }
