package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/websocket"
)

func TestSocketIOFaultsAreCountedExactly(t *testing.T) {
	s := newSocketIOServer(t, faults)
	report := mustRun(t, options200(s.URL, SocketIO, 1))
	report.check(t, 200, faultsOf200)
}

func TestSocketIOFaultless(t *testing.T) {
	s := newSocketIOServer(t, faultless)
	report := mustRun(t, options200(s.URL, SocketIO, 4))
	report.check(t, 200, Deliveries{Expected: 600, Received: 600})
	if err := report.Err(); err != nil || len(report.Errors)+len(report.Faults) > 0 {
		t.Errorf("%v, %v, %v", err, report.Errors, report.Faults)
	}
	if s.opened != 10 {
		t.Errorf("6 subscribers and 4 publishers opened %d connections", s.opened)
	}
}

func faultless(string, int, int) fate { return deliver }

// TestSocketIOSenderIdle: a sender that could not answer pings for long does not rely on its connection.
func TestSocketIOSenderIdle(t *testing.T) {
	s := newSocketIOServer(t, faultless)
	address, _ := parseTarget(s.URL)
	p := newProtocol(SocketIO, address, testPrefix, MinSize).sender(0).(*socketIOSender)
	defer p.close()
	for i, idle := range []time.Duration{0, socketIOIdle / 2, socketIOIdle} {
		p.used = p.used.Add(-idle)
		if status, err := p.send(t.Context(), 0, i, 0); !acknowledges(status) || err != nil {
			t.Fatal(status, err)
		}
	}
	if s.opened != 2 {
		t.Errorf("opened %d connections, want 2", s.opened)
	}
}

// What is no WebSocket, and a namespace that is refused, are told.
func TestSocketIORefused(t *testing.T) {
	f := newFaultyServer(t)
	if _, err := Run(t.Context(), options200(f.start().URL, SocketIO, 1)); err == nil || !strings.Contains(err.Error(), "no WebSocket") {
		t.Errorf("a server without WebSockets: %v", err)
	}
	for packet, want := range map[string]error{
		`44{"message":"not you"}`: errSocketIORefused, "41": errSocketClosed, "1": errSocketClosed,
	} {
		refusing := httptest.NewServer(websocket.Server{Handler: func(c *websocket.Conn) {
			_ = websocket.Message.Send(c, packet)
		}})
		if _, err := Run(t.Context(), options200(refusing.URL, SocketIO, 1)); !errors.Is(err, want) {
			t.Errorf("after %s: %v", packet, err)
		}
		refusing.Close()
	}
}

// TestSocketIOPings: both kinds are answered, with masked frames.
func TestSocketIOPings(t *testing.T) {
	for ping, want := range map[string]string{
		"\x89\x04beat": "\x8a\x84\x00\x00\x00\x00beat",
		"\x81\x012":    "\x81\x81\x00\x00\x00\x003",
	} {
		ours, servers := net.Pipe()
		c := newSocketIOConn(ours, nil)
		if err := c.begin(head{status: 101, socketAccept: socketAccept}); err != nil {
			t.Fatal(err)
		}
		var answering sync.WaitGroup
		answering.Go(func() {
			defer ours.Close()
			if err := c.feed([]byte(ping)); err != nil {
				t.Error(err)
			}
		})
		if got, err := io.ReadAll(servers); string(got) != want || err != nil {
			t.Errorf("the answer to %q is %q, %v", ping, got, err)
		}
		answering.Wait()
	}
}

// packetOf returns the frame of an event as Socket.IO servers write it.
func packetOf(text string) []byte {
	packet := fmt.Sprintf(`42["my response",{"user_name":"bench-1","message":%q,"room":"bench-0001"}]`, text)
	frame := appendSocketFrame(nil, opText, []byte(packet))
	mask := len(frame) - len(packet) - 4
	frame[1] &^= maskedBit // a server's
	return slices.Delete(frame, mask, mask+4)
}

// FuzzSocketIOEvent holds what is found in an event against encoding/json.
func FuzzSocketIOEvent(f *testing.F) {
	f.Add(`["my response",{"user_name":"bench-1","message":"` + marked(7, 9, 60) + `"}]`)
	f.Add(`["my response",{"message":"somebody else's"}]`)
	f.Add(`["other",{"message":"` + marked(7, 9, 60) + `"}]`)
	f.Add(`["my response",{"message":"` + testPrefix + `1234"}]`)
	f.Fuzz(func(t *testing.T, event string) {
		s, _ := newTestSubscriber(SocketIO, 1, 0)
		s.latency = s.latencies.take()
		s.answer.(*socketIOStream).event([]byte(event))
		want, known := holdsMessage(event)
		if got := s.arrived == 1; known && got != want {
			t.Errorf("%q: received is %v, want %v", event, got, want)
		}
	})
}

// holdsMessage reports whether an event is a message of the run. That is not known of what no
// server sends: what is no JSON, two markers, one outside of the text, and an escaped one.
func holdsMessage(event string) (holds, known bool) {
	if !strings.HasPrefix(event, string(eventMyResponse)) {
		return false, true
	}
	var body struct{ Message string }
	if json.Unmarshal([]byte(event), &[]any{new(string), &body}) != nil || strings.Contains(event, `\`) {
		return false, false
	}
	at := strings.Index(body.Message, testPrefix)
	if at < 0 {
		return false, !strings.Contains(event, testPrefix)
	}
	m, ok := parseMarker([]byte(body.Message[at:]))
	return ok && m.ticket < MaxMessages && m.publisher < MaxPublishers, strings.Count(event, testPrefix) == 1
}

// manyPackets returns frames that fill a connection's buffer, and how many they are.
func manyPackets() (p []byte, n int) {
	for len(p) < maxRead {
		p = append(p, packetOf(marked(n, time.Hour, 100))...)
		n++
	}
	return p, n
}

// BenchmarkSocketIOSubscriber is all that is done for a delivery, but for reading the socket.
func BenchmarkSocketIOSubscriber(b *testing.B) {
	p, n := manyPackets()
	s, _ := newTestSubscriber(SocketIO, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		s.got, s.latest = s.got[:0], s.latest[:0]
		if err := errors.Join(s.feed(p[:len(p)/2]), s.feed(p[len(p)/2:])); err != nil {
			b.Fatal(err)
		}
	}
	if s.arrived != int64(b.N*n) || s.duplicated+s.outOfOrder+s.misrouted > 0 {
		b.Fatalf("counted %d of %d", s.arrived, b.N*n)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}

func TestSocketIODeliveriesAllocateNothing(t *testing.T) {
	p, n := manyPackets()
	s, _ := newTestSubscriber(SocketIO, 1, 0)
	allocations := testing.AllocsPerRun(10, func() {
		s.got, s.latest = s.got[:0], s.latest[:0]
		_, _ = s.feed(p[:len(p)/2]), s.feed(p[len(p)/2:])
	})
	if allocations > 0 || s.arrived != int64(11*n) {
		t.Errorf("%v allocations for %d of %d deliveries", allocations, s.arrived, 11*n)
	}
}
