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
	if err := flags.checkURLs(); err != nil {
		t.Errorf("%q: %v", flags.NATS, err)
	}
}
