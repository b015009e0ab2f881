package main

import (
	"context"
	"errors"
	"fmt"
)

// few pages at either end are compared.
const few = 10

// paged is the room to page through; reading changes nothing in it.
const paged = "paging"

// paging scrolls up to a room's first message. A page of history should cost the same wherever
// it is.
func paging(ctx context.Context, l *lab) (values, error) {
	if !l.filled {
		if err := l.server.postMany(ctx, paged, "paging", l.size.history); err != nil {
			return nil, err
		}
		l.filled = true
	}
	t, err := openTab(ctx, l.server.room(paged), 1)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.forget(); err != nil {
		return nil, err
	}
	costs, err := t.pageUp(ctx)
	if err != nil {
		return nil, err
	}
	if len(costs) < 2*few {
		return nil, fmt.Errorf("the history has %d pages, too few to compare", len(costs))
	}
	longest, err := t.longestTask()
	return values{
		"page-first": mean(costs[:few]), "page-last": mean(costs[len(costs)-few:]),
		"pages": float64(len(costs)), "page-longest": longest,
	}, err
}

// pageUp loads older messages until there are none. It returns what each page cost the main
// thread, in milliseconds.
func (t *tab) pageUp(ctx context.Context) (costs []float64, err error) {
	before, err := t.work()
	for err == nil && ctx.Err() == nil {
		more, err := eval[bool](t, pageUp)
		if err != nil {
			return nil, err
		}
		if !more {
			return costs, nil
		}
		after, err := t.work()
		if err != nil {
			return nil, err
		}
		costs = append(costs, 1000*after.since(before).seconds)
		before = after
	}
	return nil, errors.Join(err, ctx.Err())
}

// pageUp scrolls up until the list begins with an older message that is painted. It is false where
// there is none. A page that is at its top already has to be scrolled down a little to notice.
const pageUp = `(async () => {
	const viewport = document.querySelector("#viewport");
	const first = () => document.querySelector("#messages > li.message").textContent;
	const was = first();
	while (first() === was) {
		if (document.querySelector("#older").hidden) return false;
		viewport.scrollTop -= 1e6;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
	return true;
})()`

func mean(of []float64) float64 {
	sum := 0.0
	for _, each := range of {
		sum += each
	}
	return sum / float64(len(of))
}
