package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"time"
	"unicode/utf8"

	"plainchat/locale"
)

const (
	// patience is how long sending something is tried.
	patience = 30 * time.Second
	// attempt is how long one try may take: a server waits up to 12 s for those that store its messages.
	attempt = 15 * time.Second
)

// delivery is something that the server is to store.
type delivery struct {
	call
	what *locale.Error // what people call it: "message"
	key  string        // its idempotency key
	// mayBeSo is what may change nothing, and is not stored then.
	mayBeSo bool
}

// deliverText delivers what a person has written: members, of which "message" is the text, as
// JSON.
func (a *authorized) deliverText(ctx context.Context, std stdio, d delivery, members map[string]string) error {
	if !utf8.ValidString(members["message"]) {
		return locale.NewError("cli.delivery_not_utf8", "what", d.what)
	}
	members = maps.Clone(members)
	d.key = rand.Text()
	members["client_id"] = d.key
	body, err := json.Marshal(members)
	if err != nil {
		return err
	}
	d.header, d.body = http.Header{"Content-Type": {"application/json"}}, body
	return a.deliver(ctx, std, d)
}

// deliver tries until the delivery is acknowledged. All tries carry the same key, so it is
// stored once however many of them arrive.
func (a *authorized) deliver(ctx context.Context, std stdio, d delivery) error {
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	troubles := troubles{std: std, then: std.words.Text("cli.trying_for", "seconds", patience.Seconds())}
	unsure := false
	for pause := (backoff{longest: maxBackoff}); ; {
		err := a.try(patient, d)
		r, answered := errors.AsType[*refusal](err)
		_, elsewhere := errors.AsType[*moved](err)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case elsewhere, answered && r.final():
			return err
		}
		unsure = unsure || mayHaveArrived(err)
		if !answered || r.code == "" {
			troubles.tell(a.describe(err))
		}
		if pause.wait(patient, err) == nil {
			continue
		}
		outcome := "cli.gave_up"
		if unsure {
			outcome = "cli.gave_up_unsure"
		}
		return locale.NewError(outcome, "what", d.what, "cause", a.describe(err))
	}
}

func (a *authorized) try(ctx context.Context, d delivery) error {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	res, err := a.do(ctx, d.call)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if d.mayBeSo && res.StatusCode == http.StatusNoContent {
		return nil
	}
	return acknowledged(res, d.key)
}

// mayHaveArrived reports whether the server may have stored what it has not acknowledged:
// always, unless it says that it took nothing, or no connection came about.
func mayHaveArrived(err error) bool {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code == "" || r.status >= http.StatusInternalServerError
	}
	op, ok := errors.AsType[*net.OpError](err)
	return !ok || op.Op != "dial"
}
