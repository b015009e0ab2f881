package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"plainchat/locale"
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
	res, err := c.do(ctx, call{method: http.MethodGet, path: "/readyz"})
	if err != nil {
		return c.describe(err)
	}
	defer res.Body.Close()
	if err := checkReady(res); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, "ready")
	return err
}

// checkReady returns nil if the answer is the server's word that it can take messages.
func checkReady(res *http.Response) error {
	const word = "ready\n"
	if res.StatusCode != http.StatusOK || mediaType(res) != "text/plain" {
		return refused(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(len(word))+1))
	if err != nil {
		return err
	}
	if string(body) != word {
		return &refusal{status: res.StatusCode, guess: locale.NewError("cli.not_plainchat")}
	}
	return nil
}
