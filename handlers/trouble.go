package handlers

import (
	"errors"

	"plainchat/store"
)

// What goes wrong in a chat on several machines. The store has logged what needs a look, once.
var (
	errUncertain = busy("uncertain", "5", "problem.uncertain")
	errReplaced  = busy("log_replaced", "60", "problem.log_replaced")
	errMoved     = busy("log_moved", "60", "problem.log_moved")
	errReadOnly  = busy("read_only", "5", "problem.read_only")
	errLagging   = busy("lagging", "1", "problem.lagging")
)

// troubles are what it is to a client, the first that an error is: what is uncertain may have a cause that
// else would be certain.
var troubles = []struct {
	err     error
	problem *problem
}{
	{store.ErrUncertain, errUncertain},
	{store.ErrReplaced, errReplaced},
	{store.ErrMovedAway, errMoved},
	{store.ErrUnavailable, errReadOnly},
	{store.ErrNoLeader, errReadOnly},
	{store.ErrLagging, errLagging},
}

// troubleOf returns nil for errors of other kinds.
func troubleOf(err error) *problem {
	for _, trouble := range troubles {
		if errors.Is(err, trouble.err) {
			return trouble.problem
		}
	}
	return nil
}
