package cluster

import (
	"context"
	"slices"
	"time"

	"plainchat/store"
)

// Summer is a log that can be compared with those of the nodes.
type Summer interface {
	Digest(ctx context.Context, from, upto, step uint64) (store.Digest, error)
}

// NodeDifference is that a log has other rows than that of a node, from one position up to another.
type NodeDifference struct {
	Node       string
	From, Upto uint64
}

const (
	// compareStep is how many positions a sum stands for at first.
	compareStep = 1000
	// compareTries is how many times what differs is compared again, compareAgain apart, until it is a difference:
	// a deletion may be on its way.
	compareTries = 3
	compareAgain = time.Second
	// maxDifferences is how many steps that differ are looked into.
	maxDifferences = 20
)

// CompareNodes compares a log with those of all nodes that answer, and returns the names of these.
func (j *Journal) CompareNodes(ctx context.Context, log Summer) (nodes []string, differences []NodeDifference, err error) {
	own, err := log.Digest(ctx, 1, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	for from := uint64(1); from <= own.Applied; from += compareStep * maxSums {
		upto := min(from+compareStep*maxSums-1, own.Applied)
		names, found, err := j.compareSums(ctx, log, summing{from, upto, compareStep, own.Applied})
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, names...)
		for _, d := range found {
			if len(differences) >= maxDifferences {
				break
			}
			narrow, err := j.narrow(ctx, log, d, own.Applied)
			if err != nil {
				return nil, nil, err
			}
			differences = append(differences, narrow...)
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes), differences, nil
}

// narrow returns the positions of a step that differ, and go on to differ.
func (j *Journal) narrow(ctx context.Context, log Summer, d NodeDifference, after uint64) (left []NodeDifference, err error) {
	for try := range compareTries {
		if try > 0 {
			select {
			case <-time.After(compareAgain):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		_, found, err := j.compareSums(ctx, log, summing{d.From, d.Upto, 1, after})
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(f NodeDifference) bool { return f.Node != d.Node || try > 0 && !slices.Contains(left, f) })
		if left = found; len(left) == 0 {
			return nil, nil
		}
	}
	return inSpans(left), nil
}

// compareSums compares the sums of a log with those of the nodes.
func (j *Journal) compareSums(ctx context.Context, log Summer, s summing) (nodes []string, found []NodeDifference, err error) {
	digests, err := j.Digests(ctx, s.From, s.Upto, s.Step, s.After)
	if err != nil {
		return nil, nil, err
	}
	own, err := log.Digest(ctx, s.From, s.Upto, s.Step)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range digests {
		name := d.Node + " (" + d.ID + ")"
		nodes = append(nodes, name)
		for i, sum := range d.Sums {
			from := s.From + uint64(i)*s.Step // #nosec G115 -- no more than maxSums
			upto := min(from+s.Step-1, s.Upto)
			comparable := from >= max(own.First, d.First) && upto <= min(own.Applied, d.Applied)
			if comparable && sum != own.Sums[i] {
				found = append(found, NodeDifference{name, from, upto})
			}
		}
	}
	return nodes, found, nil
}

// inSpans joins differences that follow each other.
func inSpans(differences []NodeDifference) (joined []NodeDifference) {
	for _, d := range differences {
		if n := len(joined); n > 0 && joined[n-1].Node == d.Node && joined[n-1].Upto+1 == d.From {
			joined[n-1].Upto = d.Upto
		} else {
			joined = append(joined, d)
		}
	}
	return joined
}
