package main

import (
	"bytes"
	"strings"
	"testing"
)

// What is wrong with an address of NATS is told without the password in it.
func TestAddressesOfNATS(t *testing.T) {
	for _, wrong := range []string{
		"nats://me:top/secret@a:4222", "nats://me:top?secret@a:4222", "nats://me:top#secret@a:4222", "nats://me:secret@a:port", "me:top%secret@a",
		"nats://me:secret@", "http://me:secret@a", "://me:secret@a", "nats://a,nats://me:secret@b/c", "nats://me:secret@a b", "",
	} {
		args := []string{"serve", "--data=" + t.TempDir(), "--listen=127.0.0.1:0", "--nats=" + wrong}
		if wrong == "" {
			args[3] = "--nats=a,,b"
		}
		var out bytes.Buffer
		err := run(t.Context(), args, noEnvironment, nil, &out, &out)
		if err == nil || exitCode(err) != 2 || strings.Contains(err.Error()+out.String(), "secret") {
			t.Errorf("%q: %v, %q", wrong, err, out.String())
		}
	}
	flags := natsFlags{NATS: []string{"a", "a:4222", " nats://me:secret@a ", "tls://a:4222", "nats://token@[::1]:4222/", "nats://me:top%2Fsecret@a"}}
	if err := checkNATS("--nats", flags.NATS); err != nil {
		t.Errorf("%q: %v", flags.NATS, err)
	}
}

// What is wrong with the other flags of NATS is said before anybody is asked.
func TestFlagsOfNATS(t *testing.T) {
	for _, wrong := range [][]string{
		{"--nats-stream=a b"}, {"--nats-stream=a.b"}, {"--nats-stream="}, {"--nats-replicas=2"}, {"--nats-cert=natsurl_test.go"}, {"--nats-key=natsurl_test.go"},
		{"--nats-ca=missing.pem"}, {"--nats-creds=missing.creds"},
	} {
		args := append([]string{"serve", "--data=" + t.TempDir(), "--listen=127.0.0.1:0", "--nats=127.0.0.1:1"}, wrong...)
		var out bytes.Buffer
		if err := run(t.Context(), args, noEnvironment, nil, &out, &out); err == nil || exitCode(err) != 2 {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
