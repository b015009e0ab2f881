package handlers

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStreamSum: however many streams come and go, there is a record a minute, and none
// when nothing happened.
func TestStreamSum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var records strings.Builder
		sum := newStreamSum(slog.New(slog.NewTextHandler(&records, nil)))
		check := func(when string, want ...string) {
			t.Helper()
			sum.mu.Lock() // held for each record, by the timer too
			got := strings.Split(strings.TrimSpace(records.String()), "\n")
			records.Reset()
			sum.mu.Unlock()
			if len(want) == 0 && got[0] == "" {
				return
			}
			for i, part := range want {
				if len(got) != len(want) || !strings.HasSuffix(got[i], `msg=streams `+part) {
					t.Errorf("%s: %q, want %q", when, got, want)
				}
			}
		}
		for range 1000 {
			sum.openOne()
			sum.refuseOne()
			sum.endOne(errors.New("the reader hung up"))
		}
		sum.openOne()
		check("at once")
		<-time.After(streamSumEvery)
		synctest.Wait()
		check("a minute later", "open=1 opened=1001 refused=1000 ended=1000 reasons.the_reader_hung_up=1000")
		<-time.After(time.Hour)
		check("an hour later")
		sum.endOne(errors.New("the reader stalled"))
		sum.tell()
		sum.tell()
		check("at the end", "open=0 opened=0 refused=0 ended=1 reasons.the_reader_stalled=1")
		for i := range 100 {
			sum.endOne(fmt.Errorf("cannot read event %d", i))
		}
		sum.tell()
		if got := records.String(); !strings.Contains(got, "reasons.other=92") || strings.Count(got, "reasons.") != maxEndReasons+1 {
			t.Errorf("of a hundred reasons: %s", got)
		}
	})
}
