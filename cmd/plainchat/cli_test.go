package main

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

func TestListening(t *testing.T) {
	for listen, want := range map[string]string{
		"":                "",
		":5001":           "http://127.0.0.1:5001",
		"0.0.0.0:5001":    "http://127.0.0.1:5001",
		"[::]:5001":       "http://127.0.0.1:5001",
		"[::1]:5001":      "http://[::1]:5001",
		"[fe80::1%a]:80":  "http://[fe80::1%25a]:80",
		"192.168.1.2:80":  "http://192.168.1.2:80",
		"chat.lan:5001":   "http://chat.lan:5001",
		"127.0.0.1:https": "http://127.0.0.1:443",
	} {
		env := map[string]string{"PLAINCHAT_LISTEN": listen}
		if got, err := listening(func(name string) string { return env[name] }); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", listen, got, err, want)
		}
		env["PLAINCHAT_TLS_CERT"] = "chat.pem"
		if got, err := listening(func(name string) string { return env[name] }); got != strings.Replace(want, "http:", "https:", 1) || err != nil {
			t.Errorf("%q with TLS: %q, %v", listen, got, err)
		}
	}
}

// An address that is none is no reason to talk to another server than was meant.
func TestListeningNowhere(t *testing.T) {
	for listen, want := range map[string]string{
		"5971":        "PLAINCHAT_LISTEN has to say where port 5971 is",
		":99999":      `PLAINCHAT_LISTEN is an address and a port, like 127.0.0.1:5001, or :5001 for every interface; ":99999" is none; see plainchat`,
		"foo:bar":     `"foo:bar" is none`,
		":nonsense":   `":nonsense" is none`,
		"127.0.0.1:0": "PLAINCHAT_LISTEN is 127.0.0.1:0, which leaves the port to the system; name the server with --url",
	} {
		for _, command := range []string{"health", "send hello", "tail"} {
			env := map[string]string{"PLAINCHAT_LISTEN": listen}
			_, err := parse(strings.Fields(command), func(name string) string { return env[name] }, stdio{out: io.Discard, err: io.Discard})
			if _, misused := errors.AsType[*usageError](err); !misused || !strings.HasPrefix(err.Error(), "PLAINCHAT_LISTEN ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s at %s: %v", command, listen, err)
			}
			env["PLAINCHAT_URL"] = "http://127.0.0.1:5001"
			if _, err := parse(strings.Fields(command), func(name string) string { return env[name] }, stdio{out: io.Discard, err: io.Discard}); err != nil {
				t.Errorf("%s with a URL of its own: %v", command, err)
			}
		}
	}
}

// Each script is one for its shell. Of the shells, those that are here are asked.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for shell, check := range map[string][]string{"bash": {"-n"}, "zsh": {"-n"}, "fish": {"--no-execute"}} {
		var script bytes.Buffer
		if err := run(t.Context(), []string{"completion", shell}, noEnvironment, nil, &script, io.Discard); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"serve", "max-streams-per-client", "tail", "since", "completion"} {
			if !strings.Contains(script.String(), word) {
				t.Errorf("that for %s lacks %s", shell, word)
			}
		}
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("%s is not here, and its script was not tried", shell)
			continue
		}
		cmd := exec.CommandContext(t.Context(), shell, check...)
		cmd.Stdin = &script
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v, %s", shell, err, out)
		}
	}
}

func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not here")
	}
	var script bytes.Buffer
	if err := run(t.Context(), []string{"completion", "bash"}, noEnvironment, nil, &script, io.Discard); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"plainchat ta":              "tail",
		"plainchat tail --s":        "--since",
		"plainchat send --room x -": "--help --url --token-file --room --name --reply-to --edit --whole --file --live --title",
		"plainchat help re":         "react restore rebuild",
		"plainchat completion z":    "zsh",
		"plainchat tail --since=z":  "",
	} {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script.String()+`
COMP_WORDS=($0); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _plainchat; echo "${COMPREPLY[*]}"`, line)
		if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("%q: %q, %v", line, out, err)
		}
	}
}

// FuzzParse: any arguments are a command, a help or one sentence.
func FuzzParse(f *testing.F) {
	for _, args := range []string{"", "send a", "help send", "--rate-limit -1", "help help -- -1", "tail --room", "-- x", "completion zsh", "-", "help serve serve"} {
		f.Add(args, "127.0.0.1:5001", "")
	}
	f.Add("health", ":x", "h:1")
	f.Fuzz(func(t *testing.T, args, listen, address string) {
		env := map[string]string{"PLAINCHAT_LISTEN": listen, "PLAINCHAT_URL": address}
		_, err := parse(strings.Fields(args), func(name string) string { return env[name] }, stdio{out: io.Discard, err: io.Discard})
		if _, ok := errors.AsType[*usageError](err); err != nil && err != errHelpShown && !ok {
			t.Errorf("%q: %v", args, err)
		}
		if err != nil && strings.Contains(sentence(err.Error()), "\n") {
			t.Errorf("%q: %v", args, err)
		}
	})
}
