package cluster

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plainchat/cluster/natstest"
)

// The permissions that docs/cluster.md gives to the user of NATS are enough: for messages and what becomes of them,
// for people, and for a look at everything.
func TestPermissionsOfNATS(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile("(?s)```\n(authorization \\{.*?)```").FindStringSubmatch(read(t, "docs/cluster.md"))
	plain := regexp.MustCompile(`(?m)^authorization \{.*\}$`)
	config := read(t, "cluster/nats.conf")
	if block == nil || !plain.MatchString(config) {
		t.Fatal("docs/cluster.md gives no permissions, or nats.conf has none to replace")
	}
	file := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(file, []byte(plain.ReplaceAllLiteralString(config, block[1])), 0o600); err != nil {
		t.Fatal(err)
	}
	c := start(t, natstest.Options{Config: file})
	f := &front{c, c.nodes[0].URL}
	l := (&front{c, c.nodes[1].URL}).follow(t.Context(), "room=tea&user_name=Ann", false)
	f.awaitPeople(f.url, 1)
	client := newVisitor(true)
	cookies, err := http.ParseCookie(guestCookie(t, c.nodes[0]))
	if err != nil {
		t.Fatal(err)
	}
	home, err := url.Parse(f.url)
	if err != nil {
		t.Fatal(err)
	}
	client.Jar.SetCookies(home, cookies)
	if got, err := f.post(client, "gone"); err != nil || got.status != http.StatusCreated {
		t.Fatalf("%v, %v", got, err)
	}
	l.await(t, 1)
	message := "/rooms/tea/messages/" + c.nodes[0].Said("tea")[0].ID
	for _, request := range []struct{ method, path, body string }{
		{http.MethodPost, "/rooms/tea/typing", `{"user_name":"Mina"}`}, {http.MethodDelete, message, ""},
	} {
		if got, err := f.ask(client, request.method, request.path, request.body); err != nil || got.status >= http.StatusMultipleChoices {
			t.Errorf("%s %s: %v, %v", request.method, request.path, got, err)
		}
	}
	late := c.join("")
	late.AwaitReady()
	if got := late.History("tea"); strings.Contains(strings.Join(got, " "), "gone") {
		t.Errorf("what was deleted is at a new node: %q", got)
	}
	for _, s := range c.servers.Servers {
		if said := s.Log(); strings.Contains(said, "Violation") {
			t.Errorf("%s forbids something:\n%s", s.Name, said)
		}
	}
}
