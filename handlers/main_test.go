package handlers

import (
	"fmt"
	"os"
	"testing"
)

// What joins the assets leaves goroutines behind for a moment, which must not begin in a bubble of
// synctest.
func TestMain(m *testing.M) {
	if _, err := theAssets(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
