package cluster_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain has more tests at a time than there are processors: they wait for servers to start, and to
// choose a leader.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
