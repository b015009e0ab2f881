package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// hookRates bounds how many requests each hook sends in a second, wherever from: a program behind the address of
// others takes nothing of what they may send. A nil one has no limit. The methods may be called concurrently.
type hookRates struct {
	perSecond int

	mu    sync.Mutex
	hooks map[string]*rate.Limiter // by the hook's id; there are no more than the operator made
}

// newHookRates returns rates of so many in a second, as many of them at once; nil, which is no limit, for 0.
func newHookRates(perSecond int) *hookRates {
	if perSecond <= 0 {
		return nil
	}
	return &hookRates{perSecond: perSecond, hooks: make(map[string]*rate.Limiter)}
}

// take takes one request of a hook, or returns how it is refused.
func (h *hookRates) take(id string) error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	bucket := h.hooks[id]
	if bucket == nil {
		bucket = rate.NewLimiter(rate.Limit(h.perSecond), h.perSecond)
		h.hooks[id] = bucket
	}
	if bucket.Allow() {
		return nil
	}
	return rateLimited("problem.sending_too_fast", time.Second/time.Duration(h.perSecond))
}
