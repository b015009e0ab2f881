// Package natstest runs real NATS servers for tests, with the configuration that comes with
// plainchat.
package natstest

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Cluster are servers that form one cluster.
type Cluster struct {
	t       testing.TB
	links   []*link // unless they are to be cut, there are none
	Servers []*Server
}

// Options say how a cluster is started.
type Options struct {
	Servers int
	// Dirs are the folders of the servers, if they are not to have new ones: with what other servers left
	// there, perhaps.
	Dirs []string
	// Config is the file of the configuration, if it is not the one that comes with plainchat.
	Config string
	// Links are proxies between the servers, so that these can be cut off from each other.
	Links bool
}

// Start starts servers that end with the test, and waits until JetStream is there.
func Start(t testing.TB, servers int) *Cluster {
	t.Helper()
	return StartWith(t, Options{Servers: servers})
}

// StartWith is Start with more to say.
func StartWith(t testing.TB, o Options) *Cluster {
	t.Helper()
	binary(t)
	if o.Config == "" {
		o.Config = filepath.Join(root(t), "cluster", "nats.conf")
	}
	addresses := FreeAddresses(t, 3*o.Servers)
	clients, routes, monitors := addresses[:o.Servers], addresses[o.Servers:2*o.Servers], addresses[2*o.Servers:]
	c := &Cluster{t: t}
	for i := range o.Servers {
		c.Servers = append(c.Servers, &Server{
			t: t, Name: fmt.Sprint("n", i+1), Dir: o.dir(t, i), config: o.Config, client: clients[i], cluster: routes[i], monitor: monitors[i],
		})
	}
	if o.Links {
		c.link()
	}
	for _, s := range c.Servers {
		s.prepare(c.routesOf(s))
		s.Start()
	}
	for _, s := range c.Servers {
		s.AwaitHealth()
	}
	return c
}

// dir is the folder of a server.
func (o Options) dir(t testing.TB, i int) string {
	if o.Dirs != nil {
		return o.Dirs[i]
	}
	return t.TempDir()
}

// URLs are those of all servers.
func (c *Cluster) URLs() (urls []string) {
	for _, s := range c.Servers {
		urls = append(urls, s.URL)
	}
	return urls
}

// routesOf are the addresses at which a server finds the others: without links itself too, which
// it ignores.
func (c *Cluster) routesOf(s *Server) (addresses []string) {
	for _, other := range c.Servers {
		switch {
		case len(c.links) == 0:
			addresses = append(addresses, other.cluster)
		case other != s:
			addresses = append(addresses, c.between(s, other).from[s].Addr().String())
		}
	}
	return addresses
}

// moduleFolder finds the folder of plainchat's module, from whichever module's tests.
var moduleFolder = sync.OnceValues(func() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "plainchat").Output()
	return strings.TrimSpace(string(dir)), err
})

func root(t testing.TB) string {
	t.Helper()
	dir, err := moduleFolder()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var build struct {
	once sync.Once
	path string
	err  error
}

// Program returns where the server is, built.
func Program(t testing.TB) string {
	t.Helper()
	return binary(t)
}

// binary builds the server, once, into the folder for such things.
func binary(t testing.TB) string {
	t.Helper()
	build.once.Do(func() {
		root := root(t)
		build.path = filepath.Join(root, "bin", "nats-server")
		cmd := exec.Command("go", "-C", filepath.Join(root, "tools"), "build", "-o", build.path, "github.com/nats-io/nats-server/v2") // #nosec G204 -- in the repository
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
	})
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}
