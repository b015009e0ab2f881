//go:build torture

package program

import (
	"slices"
	"strconv"
	"testing"
)

// TestTortureRetrySpread: 500 streams are to come back at different times once they end,
// all over the two seconds that there are.
func TestTortureRetrySpread(t *testing.T) {
	s := newServer(t, "--log-level=warn")
	streams := make([]*stream, 500)
	for i := range streams {
		streams[i] = s.open("room=tea")
	}
	var retries []int
	for _, st := range streams {
		retry, err := strconv.Atoi(st.Retry)
		if err != nil {
			t.Fatal(err)
		}
		retries = append(retries, retry)
	}
	slices.Sort(retries)
	for i := range 10 { // each fifth of a second has its tenth of them, give or take
		from := 1000 + 200*i
		lo, _ := slices.BinarySearch(retries, from)
		hi, _ := slices.BinarySearch(retries, from+200)
		if n := hi - lo; n < 20 || n > 90 {
			t.Errorf("%d of %d streams are to come back after %d to %d ms", n, len(retries), from, from+199)
		}
	}
	t.Logf("500 streams are to come back after %d to %d ms, half of them before %d", retries[0], retries[499], retries[250])
}
