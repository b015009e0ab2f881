//go:build proxies

package program

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// name is what the recipes call the server.
const name = "chat.example.org"

func init() { limit = 10 * time.Minute } // of silence alone, a test waits for a minute and a half

// transportFrom makes requests from an address of loopback to ports of loopback, whatever
// name they ask for.
func transportFrom(ip string, http2 bool) *http.Transport {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, "127.0.0.1:"+port)
		},
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, ServerName: name},
		ForceAttemptHTTP2: http2,
	}
	if !http2 {
		transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
	}
	return transport
}

// proxied is a server behind a proxy, as two clients see it: one with HTTP/2 and one
// with HTTP/1.1, from addresses of their own.
type proxied struct {
	*server
	recipe  recipe
	clients map[string]*server // by their addresses
}

func startProxied(t *testing.T, r recipe) *proxied {
	t.Helper()
	listen, upstream := freeAddress(t), freeAddress(t)
	_, port, _ := strings.Cut(listen, ":")
	address := "https://" + net.JoinHostPort(name, port)
	p := &proxied{
		recipe:  r,
		server:  newServer(t, "--listen="+upstream, "--log-level=debug", "--public-url="+address, "--trusted-proxy=127.0.0.1"),
		clients: make(map[string]*server),
	}
	p.listen, p.url = upstream, "http://"+upstream // which it does not say
	proxy := r.start(t, listen, upstream)
	for ip, http2 := range map[string]bool{"127.0.0.2": true, "127.0.0.3": false} {
		p.clients[ip] = &server{t: t, listen: listen, url: address, client: &http.Client{Transport: transportFrom(ip, http2)}}
		p.clients[ip].awaitProxy(proxy)
	}
	return p
}

// awaitProxy waits until the server answers through a proxy.
func (s *server) awaitProxy(proxy *process) {
	s.t.Helper()
	for ctx := bounded(s.t); ; {
		res, body, err := s.do(ctx, http.MethodGet, "/readyz", nil, "")
		switch {
		case err == nil && res.StatusCode == http.StatusOK:
			return
		case err == nil && res.StatusCode < http.StatusInternalServerError, ctx.Err() != nil:
			s.t.Fatalf("%v, %q, %v", res, body, err)
		}
		select {
		case <-proxy.exited:
			s.t.Fatal("the proxy has ended")
		default:
		}
	}
}

// TestProxies: each recipe of the documentation does what it is for.
func TestProxies(t *testing.T) {
	for name, r := range recipes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProxied(t, r)
			t.Run("at once", p.testAtOnce)
			t.Run("clients", p.testClients)
			t.Run("origin", p.testOrigin)
			t.Run("metrics", p.testMetrics)
			t.Run("ends", p.testEnds)
			t.Run("silence", p.testSilence)
			t.Run("restart", p.testRestart)
			t.Run("crash", p.testCrash)
		})
	}
}

// testAtOnce: each message comes before the next is sent, on the stream and in the
// transcript that goes on.
func (p *proxied) testAtOnce(t *testing.T) {
	for ip, through := range p.clients {
		st := through.open("room=once")
		followed := through.follow(t, "once")
		var took []time.Duration
		for i := range 50 {
			start := time.Now()
			want := through.say("once", fmt.Sprint("message ", i, " of ", ip))
			if got := st.message(t); got != want {
				t.Fatalf("heard %+v, want %+v", got, want)
			}
			took = append(took, time.Since(start))
			for !strings.Contains(followed.line(t), want.Text()) {
			}
		}
		slices.Sort(took)
		t.Logf("%s: sent and heard within %s (median), %s (slowest)", st.proto, took[len(took)/2].Round(10*time.Microsecond), took[len(took)-1].Round(10*time.Microsecond))
	}
}

// testClients: the client of a record, which is the one that limits are for, is the one
// that speaks to the proxy, whatever it says itself.
func (p *proxied) testClients(t *testing.T) {
	forged := []http.Header{nil, header("X-Forwarded-For", "203.0.113.7"), header("X-Forwarded-For", "203.0.113.7, 203.0.113.8", "X-Real-Ip", "203.0.113.9"), header("Forwarded", "for=203.0.113.7"), header("X-Forwarded-For", "203.0.113.7", "X-Forwarded-For", "203.0.113.8")}
	said := 0
	for ip, through := range p.clients {
		for _, header := range forged {
			res, body := through.post("/rooms/clients/messages", header, "hello")
			if res.StatusCode != http.StatusCreated {
				t.Fatalf("status %d, %s", res.StatusCode, body)
			}
			said++
			records := p.stderr.await(t, func(text string) bool { return len(clientOf.FindAllString(text, -1)) == said })
			if got := clientOf.FindAllStringSubmatch(records, -1)[said-1][1]; got != ip {
				t.Errorf("%s with %q is taken for %s", ip, header, got)
			}
		}
	}
}

// clientOf finds who sent a message to the room of testClients.
var clientOf = regexp.MustCompile(`msg="message accepted".* room=clients .* client=(\S+)\n`)

// testOrigin: pages of the public address can send, those of others cannot.
func (p *proxied) testOrigin(t *testing.T) {
	for ip, through := range p.clients {
		for origin, want := range map[string]int{through.url: 201, "https://" + name + ".evil.example": 403} {
			res, body := through.post("/messages", header("Origin", origin, "Content-Type", "application/x-www-form-urlencoded"), url.Values{"message": {"hello"}, "user_name": {"Mina"}}.Encode())
			if res.StatusCode != want {
				t.Errorf("%s, origin %s: status %d, %s", ip, origin, res.StatusCode, body)
			}
		}
	}
}

func (p *proxied) testMetrics(t *testing.T) {
	for ip, through := range p.clients {
		if res, body := through.get("/metrics", nil); res.StatusCode != 404 && res.StatusCode != 403 || strings.Contains(body, "plainchat_") {
			t.Errorf("%s: status %d, %q", ip, res.StatusCode, body)
		}
	}
}

// testEnds: a stream that its client leaves ends at the server too.
func (p *proxied) testEnds(t *testing.T) {
	for ip, through := range p.clients {
		room := "ends-" + strings.ReplaceAll(ip, ".", "-")
		st, err := through.stream(bounded(t), "room="+room, "")
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		st.Close()
		p.stderr.await(t, regexp.MustCompile(`msg="stream ended" client=\S+ rooms=\[`+room+`\]`).MatchString)
		t.Logf("%s ended after %s", st.proto, time.Since(start).Round(100*time.Millisecond))
	}
}

// testSilence: a stream in which nothing is said but heartbeats is still there after six of
// them, which take longer than the minute after which proxies lose patience.
func (p *proxied) testSilence(t *testing.T) {
	start := time.Now()
	var silent []lines
	for _, through := range p.clients {
		silent = append(silent, through.read(t, "/events?room=silence", http.Header{}), through.follow(t, "silence"))
	}
	for i, l := range silent {
		if i%2 == 1 {
			continue
		}
		for beats := 0; beats < 6; {
			if strings.HasPrefix(l.line(t), ":") {
				beats++
			}
		}
	}
	t.Logf("silent for %s", time.Since(start).Round(time.Second))
	p.say("silence", "still there?")
	for _, l := range silent {
		for !strings.Contains(l.line(t), "still there?") {
		}
	}
}

// testRestart: tail prints what is said before and after, send sends what is said meanwhile.
func (p *proxied) testRestart(t *testing.T) {
	through := newFront(t, p.clients["127.0.0.2"]) // the commands know neither its name nor its certificate
	tail := launch(t, program(t, nil, "tail", "--room=restart", "--since=all", "--url="+through.URL))
	p.say("restart", "before")
	tail.stdout.awaitCount(t, "before\n", 1)
	if code := p.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	send := launch(t, program(t, nil, "send", "--room=restart", "--url="+through.URL, "meanwhile"))
	send.stderr.awaitCount(t, "(trying for 30 seconds)\n", 1)
	p.start()
	start := time.Now()
	if code := send.wait(); code != 0 {
		t.Errorf("send: exit code %d", code)
	}
	tail.stdout.awaitCount(t, "meanwhile\n", 1)
	t.Logf("sent and heard %s after the start; send said %q, tail %q", time.Since(start).Round(100*time.Millisecond), send.stderr, tail.stderr)
	p.say("restart", "after")
	tail.stdout.awaitCount(t, "after\n", 1)
	if code := tail.terminate(); code != 0 {
		t.Errorf("tail: exit code %d", code)
	}
	if got := p.texts("restart"); !slices.Equal(got, []string{"Mina: before", "anonymous: meanwhile", "Mina: after"}) {
		t.Errorf("said %q", got)
	}
	if n := strings.Count(tail.stdout.String(), ": "); n != 3 {
		t.Errorf("printed %q", tail.stdout)
	}
}

// testCrash: a stream whose server is killed ends as a broken connection, unless the proxy
// is known to make it a proper end.
func (p *proxied) testCrash(t *testing.T) {
	broken := make(map[string]*stream)
	for ip, through := range p.clients {
		broken[ip] = through.open("room=crash")
	}
	p.kill()
	for ip, st := range broken {
		_, err := st.Next()
		for err == nil {
			_, err = st.Next()
		}
		t.Logf("%s: %s: %v", ip, st.proto, err)
		if err == io.EOF && !slices.Contains(p.recipe.hidesCrash, st.proto) {
			t.Errorf("%s: %s: a proper end", ip, st.proto)
		}
	}
	p.start()
}
