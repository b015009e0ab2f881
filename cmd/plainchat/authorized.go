package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"plainchat/identity"
	"plainchat/locale"
)

// authorized is a target that is shown a token. The token is never a flag itself, since other
// users of the machine can read command lines.
type authorized struct {
	target
	TokenFile string `placeholder:"FILE"`

	token identity.Secret // "" for none
}

// maxTokenFile is how much is read of a file, in bytes; more than a token takes.
const maxTokenFile = 1 << 10

// authorize takes the token from the file, or else from the environment. Its error is a mistake
// in one of these, and does not repeat the token.
func (a *authorized) authorize(getenv func(string) string) error {
	from, text := variable("token"), getenv(variable("token"))
	if a.TokenFile != "" {
		var err error
		from = "--token-file " + a.TokenFile
		if text, err = readToken(a.TokenFile); err != nil {
			return locale.NewError("cli.token_unreadable", "from", from, "cause", err)
		}
	} else if text == "" {
		return nil
	}
	secret, err := identity.ParseSecret(strings.TrimSpace(text))
	if err != nil {
		return locale.NewError("cli.token_none", "from", from)
	}
	if a.URL.User != nil {
		return locale.NewError("cli.token_and_password")
	}
	a.token = secret
	return nil
}

func readToken(name string) (string, error) {
	file, err := os.Open(name) // #nosec G304 -- the person's own
	if err != nil {
		return "", errors.Unwrap(err) // which does without the name
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxTokenFile))
	return string(text), err
}

// do is target's, with the token.
func (a *authorized) do(ctx context.Context, r call) (*http.Response, error) {
	r.token = a.token
	return a.target.do(ctx, r)
}
