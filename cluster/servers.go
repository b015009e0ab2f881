package cluster

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is what is known of one of the NATS servers.
type Server struct {
	ID, Name  string
	Address   string // for clients
	Version   string
	JetStream bool
	// Monitored is what its monitoring port tells, or nil.
	Monitored *Monitored
	Lost      uint64 // how many entries it lacks that others have, as far as that is known
}

// Monitored is what the monitoring port of a server tells.
type Monitored struct {
	SyncAlways bool
	Copy       *Copy // of the chat's stream, or nil
	copies     []Copy
}

// Copy is what a server has of a stream.
type Copy struct {
	Messages, First, Last uint64
	created               time.Time // tells streams of one name in several accounts apart
}

const (
	defaultPort    = "4222"
	monitoringPort = "8222"
	// lookTime is how long it may take to look at one server.
	lookTime = 2 * time.Second
	// maxLook is how much is read from one, in bytes.
	maxLook = 4 << 20
)

// Servers looks at all NATS servers that are known, by their clients' ports and their monitoring ports.
// One that does not answer is left out.
func (j *Journal) Servers(ctx context.Context) []Server {
	ctx, cancel := context.WithTimeout(ctx, 2*lookTime)
	defer cancel()
	servers := lookAtAll(j.addresses(), func(address string) (Server, error) { return readInfo(ctx, address) })
	slices.SortFunc(servers, func(a, b Server) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	servers = slices.CompactFunc(servers, func(a, b Server) bool { return a.ID == b.ID })
	client := j.monitoringClient()
	defer client.CloseIdleConnections()
	for _, m := range lookAtAll(j.monitors(servers), func(base string) (Server, error) { return monitor(ctx, client, base, j.opts.Stream) }) {
		for i := range servers {
			if servers[i].ID == m.ID {
				servers[i].Monitored = m.Monitored
			}
		}
	}
	j.compareCopies(servers)
	return servers
}

// lookAtAll looks at servers at the same time, and returns what it has seen.
func lookAtAll(addresses []string, look func(string) (Server, error)) (seen []Server) {
	var mu sync.Mutex
	var looking sync.WaitGroup
	for _, address := range addresses {
		looking.Go(func() {
			if s, err := look(address); err == nil {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, s)
			}
		})
	}
	looking.Wait()
	return seen
}

// addresses are those of the servers for clients, as host:port.
func (j *Journal) addresses() (addresses []string) {
	for _, given := range append(slices.Clone(j.opts.URLs), j.conn.DiscoveredServers()...) {
		if u, err := url.Parse(given); err == nil && u.Hostname() != "" {
			addresses = append(addresses, net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), defaultPort)))
		} else if _, _, err := net.SplitHostPort(given); err == nil {
			addresses = append(addresses, given)
		} else {
			addresses = append(addresses, net.JoinHostPort(given, defaultPort))
		}
	}
	slices.Sort(addresses)
	return slices.Compact(addresses)
}

// monitors are the addresses of the monitoring ports: those that are given, or else the usual port of
// each server.
func (j *Journal) monitors(servers []Server) []string {
	if len(j.opts.Monitors) > 0 {
		return j.opts.Monitors
	}
	var monitors []string
	for _, s := range servers {
		if host, _, err := net.SplitHostPort(s.Address); err == nil {
			monitors = append(monitors, "http://"+net.JoinHostPort(host, monitoringPort))
		}
	}
	return slices.Compact(monitors)
}

// readInfo reads what a server says to every client at first.
func readInfo(ctx context.Context, address string) (Server, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return Server{}, err
	}
	defer conn.Close()
	if deadline, has := ctx.Deadline(); has {
		_ = conn.SetDeadline(deadline)
	}
	line, err := bufio.NewReader(io.LimitReader(conn, maxLook)).ReadBytes('\n')
	if err != nil {
		return Server{}, err
	}
	s, err := parseInfo(line)
	s.Address = address
	return s, err
}

// parseInfo reads the line INFO of a server.
func parseInfo(line []byte) (Server, error) {
	form, is := bytes.CutPrefix(line, []byte("INFO "))
	if !is {
		return Server{}, errors.New("cluster: this is no NATS server")
	}
	var told struct {
		ID        string `json:"server_id"`
		Name      string `json:"server_name"`
		Version   string `json:"version"`
		JetStream bool   `json:"jetstream"`
	}
	if err := json.Unmarshal(form, &told); err != nil {
		return Server{}, err
	}
	return Server{ID: told.ID, Name: cmp.Or(told.Name, told.ID), Version: told.Version, JetStream: told.JetStream}, nil
}

// monitor asks the monitoring port of a server.
func monitor(ctx context.Context, client *http.Client, base, stream string) (Server, error) {
	base = strings.TrimSuffix(base, "/")
	var vars struct {
		ID        string `json:"server_id"`
		JetStream struct {
			Config struct {
				SyncAlways bool `json:"sync_always"`
			} `json:"config"`
		} `json:"jetstream"`
	}
	if err := get(ctx, client, base+"/varz", &vars); err != nil {
		return Server{}, err
	}
	m := &Monitored{SyncAlways: vars.JetStream.Config.SyncAlways}
	var streams monitoredStreams
	if err := get(ctx, client, base+"/jsz?streams=true", &streams); err == nil {
		m.copies = streams.copiesOf(stream)
	}
	return Server{ID: vars.ID, Monitored: m}, nil
}

// monitoredStreams are the streams that a server has.
type monitoredStreams struct {
	Accounts []struct {
		Streams []struct {
			Name    string    `json:"name"`
			Created time.Time `json:"created"`
			State   struct {
				Messages uint64 `json:"messages"`
				First    uint64 `json:"first_seq"`
				Last     uint64 `json:"last_seq"`
			} `json:"state"`
		} `json:"stream_detail"`
	} `json:"account_details"`
}

// copiesOf returns those of the streams of a name: each account may have one.
func (m *monitoredStreams) copiesOf(stream string) (copies []Copy) {
	for _, account := range m.Accounts {
		for _, s := range account.Streams {
			if s.Name == stream {
				copies = append(copies, Copy{Messages: s.State.Messages, First: s.State.First, Last: s.State.Last, created: s.Created})
			}
		}
	}
	return copies
}

func get(ctx context.Context, client *http.Client, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("cluster: %s answers %s", address, answer.Status)
	}
	return json.NewDecoder(io.LimitReader(answer.Body, maxLook)).Decode(into)
}

// monitoringClient asks monitoring ports, which may have the certificates of the servers.
func (j *Journal) monitoringClient() *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if pem, err := os.ReadFile(j.opts.CA); err == nil { // the connection to NATS has told of an error
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem)
	}
	return &http.Client{Transport: transport, Timeout: lookTime}
}

// compareCopies notes what each server has of the stream, once that is opened, and how many entries it lacks that others
// have.
func (j *Journal) compareCopies(servers []Server) {
	if j.stream == nil {
		return
	}
	created := j.stream.CachedInfo().Created
	for _, s := range servers {
		if s.Monitored != nil {
			if i := slices.IndexFunc(s.Monitored.copies, func(c Copy) bool { return c.created.Equal(created) }); i >= 0 {
				s.Monitored.Copy = &s.Monitored.copies[i]
			}
		}
	}
	fewest := uint64(math.MaxUint64) // holes
	for _, s := range servers {
		if s.copied() {
			fewest = min(fewest, s.Monitored.Copy.holes())
		}
	}
	for i, s := range servers {
		if s.copied() {
			servers[i].Lost = s.Monitored.Copy.holes() - fewest
		}
	}
}

// copied reports whether it is known what the server has of the stream.
func (s Server) copied() bool { return s.Monitored != nil && s.Monitored.Copy != nil }

// holes is at how many places the copy has nothing.
func (c *Copy) holes() uint64 { return c.Last - min(c.Messages, c.Last) }
