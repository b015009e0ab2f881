package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/identity"
)

// tokenGiven is the token that a command shows, with these arguments and PLAINCHAT_TOKEN.
func tokenGiven(args, variable string) (identity.Secret, error) {
	env := map[string]string{"PLAINCHAT_TOKEN": variable}
	c, err := parse(strings.Fields(args), func(name string) string { return env[name] }, stdio{out: io.Discard, err: io.Discard})
	if err != nil {
		return "", err
	}
	switch c := c.(type) {
	case *sendCmd:
		return c.token, nil
	case *tailCmd:
		return c.token, nil
	case *editCmd:
		return c.token, nil
	case *askCmd:
		return c.token, nil
	case *reactCmd:
		return c.token, nil
	}
	return "", errors.New("a command without a token")
}

func TestTokenGiven(t *testing.T) {
	inFile, inVariable := identity.NewSecret(), identity.NewSecret()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(string(inFile)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"send hello", "ask q? yes no", "tail", "edit a-1 hello", "react a-1 👍"} {
		for _, c := range []struct {
			args, variable string
			want           identity.Secret
		}{
			{command, "", ""},
			{command, string(inVariable), inVariable},
			{command, " " + string(inVariable) + "\r\n", inVariable},
			{command + " --token-file=" + file, "", inFile},
			{command + " --token-file=" + file, string(inVariable), inFile}, // what is said outright goes first
		} {
			if got, err := tokenGiven(c.args, c.variable); got != c.want || err != nil {
				t.Errorf("%s with %q: %q, %v", c.args, c.variable, got, err)
			}
		}
	}
}

// A token that cannot be shown is a mistake, told without the token: without it, a script would
// speak as somebody else than it means to.
func TestTokenThatIsNone(t *testing.T) {
	secret := string(identity.NewSecret())
	dir := t.TempDir()
	half := filepath.Join(dir, "half")
	if err := os.WriteFile(half, []byte(secret[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, variable, want string }{
		{"tail", secret[:40], "PLAINCHAT_TOKEN has no token, or only a part of one"},
		{"tail", secret + secret, "PLAINCHAT_TOKEN has no token"},
		{"tail --token-file=" + half, "", "half has no token"},
		{"tail --token-file=" + half, secret, "half has no token"},
		{"tail --token-file=" + dir, "", "is a directory"},
		{"tail --token-file=" + filepath.Join(dir, "none"), secret, "cannot be read (no such file or directory)"},
		{"tail --url=http://me:pw@127.0.0.1", secret, "leave one of them out"},
		{"tail --token=" + secret, "", "unknown flag --token"},
	} {
		_, err := tokenGiven(c.args, c.variable)
		if _, misused := errors.AsType[*usageError](err); !misused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.args, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), secret[4:20]) {
			t.Errorf("%s: the error tells the token", c.args)
		}
	}
}

// A redirect takes a token to the same server alone.
func TestTokenAndRedirect(t *testing.T) {
	for _, c := range []struct {
		from, location string
		follows        bool
	}{
		{"http://a/r/m", "/x/r/m", true},
		{"http://a/r/m", "https://a/r/m", true},
		{"https://a/r/m", "https://a/x/r/m", true},
		{"http://a/r/m", "http://b/r/m", false},
		{"http://a/r/m", "http://a:81/r/m", false},
		{"http://a:80/r/m", "https://a/r/m", false},
		{"https://a/r/m", "https://a.b/r/m", false},
		{"https://a/r/m", "http://a/r/m", false},
	} {
		from, err := url.Parse(c.from)
		if err != nil {
			t.Fatal(err)
		}
		for method, status := range map[string]int{http.MethodGet: http.StatusFound, http.MethodPost: http.StatusPermanentRedirect} {
			res := &http.Response{StatusCode: status, Header: http.Header{"Location": {c.location}}, Request: &http.Request{URL: from}}
			to, err := call{method: method, path: "/r/m", token: "plc_secret"}.redirect(from, res)
			if (to != nil) != c.follows || (err == nil) != c.follows {
				t.Errorf("%s from %s to %s: %v, %v", method, c.from, c.location, to, err)
			}
			if err != nil && strings.Contains(err.Error(), "plc_") {
				t.Errorf("the error tells the token: %v", err)
			}
		}
	}
}
