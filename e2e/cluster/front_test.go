package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/caddy"
)

// front is a chat behind Caddy, with the configuration of docker compose.
type front struct {
	*cluster
	url string
}

// startFront starts three nodes behind Caddy.
func startFront(t *testing.T, flags ...string) *front {
	t.Helper()
	caddy.Find(t)
	c := start(t, natstest.Options{}, append(flags, "--trusted-proxy", "127.0.0.1", "--write-limit", "0")...)
	port := freePort(t)
	f := &front{c, "http://127.0.0.1:" + port}
	caddy.Start(t, ":"+port, f.addresses()...)
	caddy.Await(t, http.DefaultClient, f.url)
	return f
}

func freePort(t *testing.T) string {
	_, port, _ := strings.Cut(natstest.FreeAddresses(t, 1)[0], ":")
	return port
}

func (f *front) addresses() (addresses []string) {
	for _, n := range f.nodes {
		addresses = append(addresses, n.Addr)
	}
	return addresses
}

// newVisitor is a client with connections of its own, who has cookies, as browsers do, or not.
func newVisitor(cookies bool) *http.Client {
	client := &http.Client{Transport: &http.Transport{}}
	if cookies {
		client.Jar, _ = cookiejar.New(nil) // it never fails
	}
	return client
}

// answer is what Caddy answered.
type answer struct {
	status int
	body   string
}

// ask waits for an answer for no longer than a test may.
func (f *front) ask(client *http.Client, method, path, body string) (answer, error) {
	req, err := http.NewRequestWithContext(bounded(f.t), method, f.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, string(text)}, err
}

// post says its own key.
func (f *front) post(client *http.Client, key string) (answer, error) {
	return f.ask(client, http.MethodPost, "/rooms/tea/messages", fmt.Sprintf(`{"user_name":"Mina","message":%q,"client_id":%[1]q}`, key))
}

// awaitPeople waits until so many people are in the room, as the server at an address says.
func (f *front) awaitPeople(address string, want int) {
	f.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) { // other programs have to get on
		res, err := http.Get(address + "/rooms/tea/people")
		if err != nil {
			f.t.Fatal(err)
		}
		var list struct{ Online int }
		err = json.NewDecoder(res.Body).Decode(&list)
		res.Body.Close()
		if err == nil && list.Online == want {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("%d people are in the room, want %d", list.Online, want)
		}
	}
}
