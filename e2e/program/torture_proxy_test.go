//go:build torture

package program

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// toxiproxy is one that runs until the test ends.
type toxiproxy struct {
	*process
	t   *testing.T
	url string // of its proxies, in its API
}

type fields = map[string]any // of a JSON object

// newToxiproxy builds toxiproxy and starts it.
func newToxiproxy(t *testing.T, seed uint64) *toxiproxy {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "toxiproxy")
	build := exec.CommandContext(bounded(t), "go", "-C", root+"/tools", "build", "-o", binary,
		"github.com/Shopify/toxiproxy/v2/cmd/server")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build toxiproxy: %v\n%s", err, out)
	}
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(bounded(t), binary, "-host", "127.0.0.1", "-port", port, "-seed", fmt.Sprint(seed>>1))
	cmd.Env = append(os.Environ(), "LOG_LEVEL=error") // not a line for each cut
	p := &toxiproxy{process: launch(t, cmd), t: t, url: "http://" + address + "/proxies"}
	api := &server{t: t, url: "http://" + address, client: http.DefaultClient}
	api.awaitAnswerAt("/version")
	return p
}

// add puts a proxy with a name in front of s, and returns s as it is seen through it.
func (p *toxiproxy) add(name string, s *server) *server {
	p.t.Helper()
	proxy := p.post("", fields{"name": name, "listen": "127.0.0.1:0", "upstream": s.listen, "enabled": true})
	return &server{t: s.t, listen: proxy.Listen, url: "http://" + proxy.Listen, client: s.client}
}

// poison makes what a server says through a proxy pass a toxic. A toxic is not to be
// changed later: a version 2.12 may then leave out some bytes in the midst of a connection.
func (p *toxiproxy) poison(name, toxic string, attributes fields) {
	p.t.Helper()
	p.post("/"+name+"/toxics", fields{"type": toxic, "attributes": attributes})
}

// cut ends all connections of a proxy, and lets new ones come to the same address.
func (p *toxiproxy) cut(name string, through *server) {
	p.t.Helper()
	p.post("/"+name, fields{"enabled": false})
	p.post("/"+name, fields{"enabled": true, "listen": through.listen})
}

func (p *toxiproxy) post(target string, body fields) (proxy struct{ Listen string }) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.Post(p.url+target, "application/json", bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&proxy); err != nil || resp.StatusCode/100 != 2 {
		p.t.Fatalf("toxiproxy answered %s to %s (%v)", resp.Status, text, err)
	}
	return proxy
}

// awaitAnswerAt waits until something answers at its address, which need not be plainchat.
func (s *server) awaitAnswerAt(target string) {
	s.t.Helper()
	for ctx := bounded(s.t); ; {
		if _, _, err := s.do(ctx, "GET", target, nil, ""); err == nil {
			return
		} else if ctx.Err() != nil {
			s.t.Fatal(err)
		}
	}
}
