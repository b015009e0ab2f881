//go:build !unix

package main

import "math"

// maxDescriptors returns how many descriptors the process may have open: on these
// systems memory ends first.
func maxDescriptors() int { return math.MaxInt32 }
