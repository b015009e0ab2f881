package main

import (
	"context"
	"fmt"

	"plainchat/store/repair"
)

// rebuildCmd saves what is whole in a damaged log.
type rebuildCmd struct{ folder }

// Run rebuilds the log of a server that is stopped.
func (c *rebuildCmd) Run(ctx context.Context, std stdio) error {
	done, err := repair.Rebuild(ctx, c.Data)
	if err != nil {
		return err
	}
	outcome := fmt.Sprintf("%d messages saved, %d lost; the log as it was is %s", done.Saved, done.Lost, done.Kept)
	if done.Renamed {
		outcome += "\nmessages may be missing at the end too, so the log has a new epoch, and clients that come back are told of a gap"
	}
	_, err = fmt.Fprintln(std.out, outcome)
	return err
}
