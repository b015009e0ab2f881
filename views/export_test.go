package views

import (
	"testing"
)

// Reboot makes the machine another until the end of the test.
func Reboot(t *testing.T) {
	before := bootID
	bootID = func() string { return "another boot" }
	t.Cleanup(func() { bootID = before })
}
