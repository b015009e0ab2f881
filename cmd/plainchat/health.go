package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// healthCmd asks a server whether it is ready. It is the health check of a
// container, whose image has no shell and no curl.
type healthCmd struct{ target }

// healthTimeout is how long the server may take to answer.
const healthTimeout = 5 * time.Second

// Run fails unless the server can take messages.
func (c *healthCmd) Run(ctx context.Context, std stdio) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.at("/readyz", nil), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return c.describe(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refused(res)
	}
	_, err = fmt.Fprintln(std.out, "ready")
	return err
}
