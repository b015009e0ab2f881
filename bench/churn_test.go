package bench

import (
	"net/http"
	"sync"
	"testing"
)

// TestChurn: eight listeners come and go, of whom three are turned away at first, and no message
// is taken before one has come again. The steady streams' faults are counted as ever.
func TestChurn(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = func(room string, k, n int) fate {
		switch {
		case room == "bench-0001" && k == 0 && n%10 == 3 && n < 100:
			return lose
		case room == "bench-0001" && k == 1 && n%20 == 0 && n < 100:
			return double
		case room == "bench-0001" && k > 1:
			return double
		}
		return deliver
	}
	var mu sync.Mutex
	visits, enough := make(map[string]int), make(chan struct{})
	total, again := 0, false
	chat := f.Config.Handler
	f.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.FormValue("user_name")
		switch {
		case r.Method == http.MethodPost:
			<-enough
		case name != "":
			mu.Lock()
			total++
			refused := total <= 3
			if !refused {
				visits[name]++
			}
			if visits[name] == 2 && !again {
				again = true
				close(enough)
			}
			mu.Unlock()
			if refused {
				http.Error(w, "full", http.StatusServiceUnavailable)
				return
			}
		}
		chat.ServeHTTP(w, r)
	})
	o := f.start().options()
	o.Churn = 8
	report := mustRun(t, o)
	report.check(t, 300, Deliveries{Expected: 600, Received: 590, Lost: 10, Duplicated: 5})
	c := *report.Churn
	if c.Listeners != 8 || c.Opened < 5 || c.Closed != c.Opened || c.Errors != 3 {
		t.Errorf("%+v", c)
	}
	for name := range visits {
		if name < "churn-1" || name > "churn-8" {
			t.Errorf("somebody came as %q", name)
		}
	}
	report.Deliveries.Lost, report.Deliveries.Duplicated = 0, 0
	if report.Err() == nil {
		t.Error("no error though listeners were turned away")
	}
}
