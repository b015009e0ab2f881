package main

import "fmt"

// aim is a bound on a figure.
type aim struct {
	workload string
	text     string
	of       func(*Run) spread
	format   func(float64) string
	limit    float64
	least    bool // the limit is the least; otherwise it is the most
}

func aims() []aim {
	return []aim{
		{"a", "CPU for each delivery, of the write(2) loop's", beside(plainchat, "writeloop", figCPU), times, 1.05, false},
		{"a", "p99, of the write(2) loop's", beside(plainchat, "writeloop", figP99), times, 1, false},
		{"b", "deliveries a second", figureOf(plainchat, figDeliveries), count, 1_300_000, true},
		{"b", "deliveries a second, of the best of what a user would pick instead", besideBest, times, 6, true},
		{"b", "deliveries a second, of the hijacked hub's", beside(plainchat, "hijacked", figDeliveries), times, 2.5, true},
		{"c", "memory for each idle stream", figureOf(allStreams, figPerStream), size, 3_000, false},
		{"c", "one message to all of them: the last has it", figureOf(allStreams, figLast), seconds, 0.250, false},
		{"c", "goroutines for each idle stream", figureOf(allStreams, figGained), decimal, 0.001, false},
		{"d", "CPU for each delivery in many rooms, of one room's, POSTs subtracted", beside(rooms, oneRoom, figNetCPU), times, 1.2, false},
		{"e", "durable answers a second, of a POST that stores nothing", beside(plainchat, "nothing", figAcks), times, 0.75, true},
		{"e", "their p99, of the same", beside(plainchat, "nothing", figAckP99), times, 2, false},
		{"e", "one sender's p50, of a bare fsync's", beside(oneSender, bareFsync, figAckP50), times, 1.5, false},
		{"f", "all caught up", figureOf(plainchat, figCaughtUp), seconds, 5, false},
		{"g", "start after SIGKILL", figureOf(plainchat, figStart), seconds, 0.100, false},
		{"g", "resume at a random place, first event, p50", figureOf(plainchat, figResume50), seconds, 0.005, false},
		{"g", "last page, p50", figureOf(plainchat, figPage50), seconds, 0.002, false},
		{"g", "memory, of the same with a short log", beside(plainchat, shortLog, figMemory), times, 1.1, false},
	}
}

func figureOf(subject, figure string) func(*Run) spread {
	return func(r *Run) spread { return r.figure(subject, figure) }
}

func beside(subject, base, figure string) func(*Run) spread {
	return func(r *Run) spread { return r.ratio(subject, base, figure) }
}

// besideBest is how many times plainchat delivers what the best finished server
// does; the ones written by hand and the floors have aims of their own.
func besideBest(r *Run) spread {
	best := spread{}
	for _, peer := range []string{"flask", "socketio", "nchan", "r3labs", "gosse", "hub"} {
		if s := r.ratio(plainchat, peer, figDeliveries); s.Rounds > 0 && (best.Rounds == 0 || s.Median < best.Median) {
			best = s
		}
	}
	return best
}

// bound is the aim as the page has it.
func (a aim) bound() string {
	if a.least {
		return "≥ " + a.format(a.limit)
	}
	return "≤ " + a.format(a.limit)
}

// met says whether a value is what was aimed at.
func (a aim) met(s spread) string {
	switch {
	case s.Rounds == 0:
		return "not measured"
	case a.least && s.Median >= a.limit, !a.least && s.Median <= a.limit:
		return "yes"
	}
	return fmt.Sprintf("no: %s the aim", times(s.Median/a.limit))
}
