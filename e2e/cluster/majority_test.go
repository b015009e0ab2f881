package cluster

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
)

// asked is what a request is answered.
type asked struct {
	status int
	header http.Header
	body   string
}

// post posts JSON.
func post(t *testing.T, url, body string) asked {
	t.Helper()
	r, err := http.NewRequestWithContext(bounded(t), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return asked{res.StatusCode, res.Header, string(said)}
}

// problem is why something is refused.
func problem(t *testing.T, a asked) string {
	t.Helper()
	var p struct{ Code, Detail string }
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Detail == "" {
		t.Fatalf("%+v is no problem", a)
	}
	return p.Code
}

// Without a majority messages are refused, within a bound and then at once, and reading goes on. What may have been stored is there
// once, whoever sends it again.
func TestMajorityLost(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{}, "--rate-limit", "0")
	node := c.nodes[0]
	node.Post("tea", "Mina", "before")
	send := func() asked {
		return post(t, node.Room("tea")+"/messages", `{"user_name":"Mina","message":"held up","client_id":"1"}`)
	}
	gone := c.followers()
	for _, s := range gone {
		s.Kill()
	}
	began := time.Now()
	first := send()
	if code := problem(t, first); first.status != http.StatusServiceUnavailable || first.header.Get("Retry-After") != "5" || code != "read_only" && code != "uncertain" {
		t.Errorf("the first is answered %+v", first)
	}
	t.Logf("without a majority, the first is answered %s after %v", problem(t, first), time.Since(began))
	for deadline := time.Now().Add(limit); ; {
		began = time.Now()
		if later := send(); problem(t, later) == "read_only" {
			t.Logf("a later one %s after %v", problem(t, later), time.Since(began))
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not known that nothing is stored")
		}
	}
	if said := node.History("tea"); len(said) != 1 {
		t.Errorf("the history is %q", said)
	}
	deadline := time.Now().Add(limit)
	for status, _ := node.Ready(); status == http.StatusOK; status, _ = node.Ready() {
		if time.Now().After(deadline) {
			t.Fatal("the node stays ready")
		}
		time.Sleep(50 * time.Millisecond) // the node is another program
	}
	for _, s := range gone {
		s.Start()
	}
	node.AwaitReady()
	for deadline := time.Now().Add(limit); send().status != http.StatusCreated; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is stored again")
		}
	}
	if said := node.History("tea"); len(said) != 2 {
		t.Errorf("the history is %q", said)
	}
}
