// Package licences holds the licences of the program and of everything that is linked
// into it. Those who pass the program on have to pass them on too.
package licences

import _ "embed"

// Text is all of them, each above the works that it goes with. `make licences` writes
// it from the modules that are linked; `make lint` fails if it is out of date.
//
//go:embed licences.txt
var Text string
