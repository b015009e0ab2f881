package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"plainchat/locale"
)

// Every command, flag and argument has its help in each language.
func TestHelpInEachLanguage(t *testing.T) {
	for _, words := range locale.All {
		parser, err := newParser(words)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what, help string) {
			t.Helper()
			if !strings.HasSuffix(help, ".") || strings.HasPrefix(help, "cli.") {
				t.Errorf("%s: the help of %s is %q", words.Lang, what, help)
			}
		}
		var walk func(*kong.Node)
		walk = func(node *kong.Node) {
			check(node.FullPath(), node.Help)
			for _, flag := range node.Flags {
				check(node.FullPath()+" --"+flag.Name, flag.Help)
			}
			for _, argument := range node.Positional {
				check(node.FullPath()+" "+argument.Name, argument.Help)
			}
			for _, child := range node.Children {
				walk(child)
			}
		}
		walk(parser.Model.Node)
	}
}

func inKorean(name string) string { return map[string]string{"LANG": "ko_KR.UTF-8"}[name] }

var (
	hangul = regexp.MustCompile(`\p{Hangul}`)
	// english is a piece of an English sentence; synopses and commands have no three such words.
	english = regexp.MustCompile(`(?:^|[ (])(?:[a-z']+ ){2}[a-z']+`)
	source  = regexp.MustCompile(`plainchat [a-z ]+|debug, info, warn, error|true, 1, yes, false, 0, no`)
)

// checkKorean fails unless a text is Korean.
func checkKorean(t *testing.T, what, text string) {
	t.Helper()
	if found := english.FindString(source.ReplaceAllString(text, "")); !hangul.MatchString(text) || found != "" {
		t.Errorf("%s: %q is not Korean: %q", what, text, found)
	}
}

func TestHelpInKorean(t *testing.T) {
	for _, args := range []string{"--help", "help serve", "tail --help", "token --help", "completion --help", "help bench"} {
		var out bytes.Buffer
		if err := run(t.Context(), strings.Fields(args), inKorean, nil, &out, io.Discard); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), "사용법: plainchat ") {
			t.Errorf("%s: %s", args, out.String())
		}
		for line := range strings.Lines(out.String()) {
			if english.MatchString(source.ReplaceAllString(strings.TrimSpace(line), "")) {
				t.Errorf("%s: %q", args, line)
			}
		}
	}
}

// Whatever is wrong is told in Korean, and ends the program as it does in English.
func TestMistakesInKorean(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{
		"nonsense", "srve", "ser", "send -1", "tail lobby", "backup", "token", "token creat", "token create", "token create --name a --read --write",
		"--nope", "--lisen x", "-x", "--listen", "--listen -x", "--listen=", "--listen 5001", "--listen foo:bar", "--rate-limit -1", "--rate-limit x",
		"--rate-limit 99999999999999999999", "--search=x", "bench --rooms x", "bench --zipf x", "bench --protocol x", "--trusted-proxy x", "--write-limit x", "--max-size x", "--max-size 5",
		"--log-level x", "--log-format x", "--retention x", "--public-url x", "--public-url http://a/b", "--tls-cert x", "--tls-cert x --tls-key y", "--allowed-hosts a/b",
		"--data=", "edit x y", "edit", "react", "react a-1 x", "send --room a.b x", "send --url x a", "send --token-file none a", "tail --since x", "token list --data none", "delete x", "health --url http://127.0.0.1:1",
		"check --data none", "backup --data none f", "restore none --data new", "rebuild --data none",
	} {
		err := run(t.Context(), strings.Fields(args), inKorean, strings.NewReader(""), io.Discard, io.Discard)
		if err == nil {
			t.Fatalf("%s: nothing is wrong", args)
		}
		checkKorean(t, args, sentence(locale.Korean.Say(err)))
		same := run(t.Context(), strings.Fields(args), noEnvironment, strings.NewReader(""), io.Discard, io.Discard)
		if exitCode(err) != exitCode(same) || err.Error() != same.Error() {
			t.Errorf("%s: %v (%d) and %v (%d)", args, err, exitCode(err), same, exitCode(same))
		}
		if text := locale.English.Say(same); hangul.MatchString(text) {
			t.Errorf("%s: in English %q", args, text)
		}
	}
}

// What a server refuses is told in the language that it was asked in.
func TestRefusalInKorean(t *testing.T) {
	refusal := &refusal{status: 422, code: "invalid", detail: "메시지가 비어 있습니다. 내용을 쓰세요."}
	checkKorean(t, "refusal", locale.Korean.Say(&usageError{refusal}))
	if acceptLanguage(inLanguage(t.Context(), locale.Korean)) != "ko" || acceptLanguage(inLanguage(t.Context(), locale.English)) != "" {
		t.Error("a server is asked for an answer in another language")
	}
	if err := errors.New("dial tcp: connection refused"); locale.Korean.Say(err) != "dial tcp: 연결이 거부되었습니다" || locale.English.Say(err) != err.Error() {
		t.Errorf("%q", locale.Korean.Say(err))
	}
}
