package webhooks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"plainchat/chat"
)

func TestGuardAllows(t *testing.T) {
	g := NewGuard(prefixes("10.1.0.0/16", "fd12::/16"), nil)
	for address, want := range map[string]bool{
		"93.184.216.34": true, "1.1.1.1": true, "2606:4700::1111": true, "100.63.255.255": true, "100.128.0.1": true, "172.32.0.1": true,
		"::ffff:1.1.1.1": true, "64:ff9b::1.1.1.1": true, "2002:101:101::1": true,
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "64:ff9b::10.1.2.3": true, "fd12::1": true,

		"127.0.0.1": false, "127.255.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.2.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.1.1": false, "100.64.0.1": false, "100.127.255.255": false, "224.0.0.1": false, "239.1.1.1": false, "255.255.255.255": false,
		"240.0.0.1": false, "192.0.2.1": false, "198.51.100.7": false, "203.0.113.7": false, "198.18.0.1": false, "192.88.99.1": false,
		"169.254.169.254": false, "100.100.100.200": false, "168.63.129.16": false, "192.0.0.192": false, "fd00:ec2::254": false, // of clouds
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "febf::1": false, "fec0::1": false, "fc00::1": false, "fdff::1": false, "ff02::1": false,
		"2001:db8::1": false, "3fff::1": false, "2001::1": false, "100::1": false, "5f00::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:0:127.0.0.1": false, "::127.0.0.1": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::a00:1": false, "64:ff9b::169.254.169.254": false, "64:ff9b:1::1.1.1.1": false,
		"2002:7f00:1::1": false, "2002:a00:1::": false, "2002:a9fe:a9fe::1": false, "2002:c0a8:101::1": false,
	} {
		if got := g.allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	if g.allows(netip.Addr{}) {
		t.Error("no address is allowed")
	}
}

// names is a DNS server of the test, which answers each question with the next of some addresses.
type names struct {
	addresses []netip.Addr
	asked     atomic.Int64
}

func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			size, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := n.answer(buf[:size]); err == nil {
				_, _ = conn.WriteTo(answer, from) // or it asks again
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			i := min(int(n.asked.Add(1))-1, len(n.addresses)-1)
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0},
				Body:   &dnsmessage.AResource{A: n.addresses[i].As4()},
			})
		}
	}
	return m.Pack()
}

// receiver is a server on loopback that counts who reaches it.
func receiver(t *testing.T, handle http.HandlerFunc) (port string, reached *atomic.Int64) {
	t.Helper()
	reached = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		if handle != nil {
			handle(w, r)
		}
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port(), reached
}

func hook(address string) chat.Webhook {
	return chat.Webhook{ID: "w5x2", URL: address, On: chat.OnAll, Form: chat.FormStandard, Secret: NewSecret(chat.FormStandard), Name: "ci"}
}

func written(seq uint64, text string) message {
	ev := chat.Event{ID: chat.ID{Epoch: "e1", Seq: seq}, Time: time.UnixMilli(1_767_323_045_678).UTC(), Room: "ops", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: text}}
	return message{id: idOf(chat.Webhook{ID: "w5x2"}, ev.ID), event: ev}
}

// Whatever way is found to write an address of this machine, nothing connects to it.
func TestNothingReachesLoopback(t *testing.T) {
	port, reached := receiver(t, nil)
	changing := &names{addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
	resolver := changing.resolver(t)
	var trying sync.WaitGroup // at the same time, since the system's resolver may be slow
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "0", "0.0.0.0",
		"localhost", "localhost.", "LOCALHOST", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]",
		"[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "[fe80::1%25lo]",
		"example.com@127.0.0.1", "example.com:80@localhost", "rebound.example.org", "①②⑦.0.0.1", "127。0。0。1",
	} {
		for _, each := range []*net.Resolver{nil, resolver} {
			g := NewGuard(prefixes("10.0.0.0/8"), []string{"example.com"})
			g.resolver = each
			trying.Go(func() {
				a, err := newClient(g).post(t.Context(), hook("http://"+host+":"+port+"/"), written(1, "hi"))
				if err == nil {
					t.Errorf("%s answers %+v", host, a)
				} else if strings.Contains(err.Error(), "http://") {
					t.Errorf("%s: the error has the address: %v", host, err)
				}
			})
		}
	}
	trying.Wait()
	if n := reached.Load(); n != 0 {
		t.Errorf("it was reached %d times", n)
	}
}

// A name that stands for an address of the Internet when it is looked up first, and for one of
// this machine a moment later, leads nowhere: what is checked is what is connected to.
func TestNameThatChanges(t *testing.T) {
	port, reached := receiver(t, nil)
	changing := &names{addresses: []netip.Addr{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("127.0.0.1")}}
	g := NewGuard(nil, nil)
	g.resolver = changing.resolver(t)
	address := "http://rebound.example.org:" + port + "/"
	if err := g.Check("rebound.example.org"); err != nil {
		t.Errorf("a name is refused before it is looked up: %v", err)
	}
	for range 4 {
		_, err := newClient(g).post(t.Context(), hook(address), written(1, "hi"))
		if _, forbidden := errors.AsType[*Forbidden](err); !forbidden {
			t.Errorf("err = %v, want Forbidden", err)
		}
	}
	if changing.asked.Load() < 4 || reached.Load() != 0 {
		t.Errorf("%d questions, reached %d times", changing.asked.Load(), reached.Load())
	}
}

// What --hooks-allow names is reached: a network, an address, or a host by exactly that name.
func TestWhatIsAllowed(t *testing.T) {
	port, reached := receiver(t, nil)
	here := &names{addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
	resolver := here.resolver(t)
	for _, tt := range []struct {
		nets    []netip.Prefix
		hosts   []string
		host    string
		reaches bool
	}{
		{prefixes("127.0.0.0/8"), nil, "127.0.0.1", true},
		{prefixes("127.0.0.1/32"), nil, "ci.example.org", true},
		{prefixes("127.0.0.0/8"), nil, "[::ffff:127.0.0.1]", true},
		{prefixes("127.0.0.2/32"), nil, "127.0.0.1", false},
		{nil, []string{"ci.example.org"}, "ci.example.org", true},
		{nil, []string{"CI.example.org."}, "ci.EXAMPLE.org", true},
		{nil, []string{"käse.example.org"}, "KÄSE.example.org", true},
		{nil, []string{"ci.example.org"}, "other.example.org", false},
		{nil, []string{"ci.example.org"}, "ci.example.org.evil.example", false},
		{nil, []string{"ci.example.org"}, "127.0.0.1", false},
		{nil, []string{"127.0.0.1"}, "127.0.0.1", true},
	} {
		g := NewGuard(tt.nets, tt.hosts)
		g.resolver = resolver
		before := reached.Load()
		_, err := newClient(g).post(t.Context(), hook("http://"+tt.host+":"+port+"/"), written(1, "hi"))
		if got := reached.Load() > before; got != tt.reaches || (err == nil) != tt.reaches {
			t.Errorf("%+v: reached %v, %v", tt, got, err)
		}
	}
}

// A redirect is an answer: nothing follows it, least of all to this machine.
func TestRedirectsAreNotFollowed(t *testing.T) {
	inner, reached := receiver(t, nil)
	outer, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:"+inner+"/", http.StatusPermanentRedirect)
	})
	g := NewGuard(prefixes("127.0.0.0/8"), nil)
	a, err := newClient(g).post(t.Context(), hook("http://127.0.0.1:"+outer+"/"), written(1, "hi"))
	if err != nil || a.status != http.StatusPermanentRedirect || a.ok() || reached.Load() != 0 {
		t.Errorf("answer %+v, %v; reached %d times", a, err, reached.Load())
	}
}

// The environment has no say in where a webhook goes. It is read once, by the first request.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestCheck(t *testing.T) {
	g := NewGuard(prefixes("10.0.0.0/8"), []string{"192.168.1.1"})
	for host, want := range map[string]bool{"127.0.0.1": false, "::1": false, "10.1.1.1": true, "192.168.1.1": true, "example.org": true, "1.1.1.1": true} {
		if err := g.Check(host); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}
