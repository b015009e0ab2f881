package program

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"plainchat/chat"
	"plainchat/internal/certtest"
)

// http2Streams is how many requests at a time there may be in a connection over HTTP/2.
const http2Streams = 32

// http2Conn is a client of HTTP/2 that never lets an answer's body come: the window for it
// is empty.
type http2Conn struct {
	*http2.Framer
	t         *testing.T
	authority string
	block     bytes.Buffer
	hpack     *hpack.Encoder
	most      uint32 // how many streams the server allows at a time
}

func (s *server) dialHTTP2(pool *x509.CertPool) *http2Conn {
	s.t.Helper()
	conn, err := tls.Dial("tcp", s.listen, &tls.Config{RootCAs: pool, NextProtos: []string{"h2"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		s.t.Fatal(err)
	}
	c := &http2Conn{Framer: http2.NewFramer(conn, conn), t: s.t, authority: s.listen}
	c.hpack = hpack.NewEncoder(&c.block)
	if _, err := io.WriteString(conn, http2.ClientPreface); err != nil {
		s.t.Fatal(err)
	}
	c.check(c.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}))
	settings := c.await(func(f http2.Frame) bool {
		s, ok := f.(*http2.SettingsFrame)
		return ok && !s.IsAck()
	}).(*http2.SettingsFrame)
	c.most, _ = settings.Value(http2.SettingMaxConcurrentStreams)
	c.check(c.WriteSettingsAck())
	return c
}

func (c *http2Conn) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// get sends a request.
func (c *http2Conn) get(stream uint32, path string) {
	c.t.Helper()
	c.block.Reset()
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", c.authority}, {":path", path}} {
		c.check(c.hpack.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}))
	}
	c.check(c.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: c.block.Bytes(), EndStream: true, EndHeaders: true}))
}

// await reads frames up to one of a kind.
func (c *http2Conn) await(wanted func(http2.Frame) bool) http2.Frame {
	c.t.Helper()
	for {
		f, err := c.ReadFrame()
		c.check(err)
		if wanted(f) {
			return f
		}
	}
}

// TestUnreadHTTP2: in one connection over HTTP/2 there are few requests at a time, and
// answers of which nobody lets a byte come take little memory and hold nobody up.
func TestUnreadHTTP2(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pool := certtest.Make(t)
	s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile, "--log-level=warn")
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	for range 20 {
		s.say("tea", strings.Repeat("x", chat.MaxTextLength))
	}
	const connections, each = 2, 512 << 10 // bytes of memory for an answer
	before := s.metrics()["go_memstats_heap_alloc_bytes"]
	for range connections {
		c := s.dialHTTP2(pool)
		if c.most != http2Streams {
			t.Fatalf("%d streams are allowed, want %d", c.most, http2Streams)
		}
		for n := range uint32(http2Streams) {
			c.get(2*n+1, "/rooms/tea/messages?limit=1000")
		}
		for range http2Streams {
			c.await(func(f http2.Frame) bool {
				switch f := f.(type) {
				case *http2.DataFrame:
					t.Errorf("%d bytes came that there was no window for", f.Length)
				case *http2.RSTStreamFrame:
					t.Errorf("stream %d was reset", f.StreamID)
				}
				return f.Header().Type == http2.FrameHeaders
			})
		}
		c.get(2*http2Streams+1, "/")
		c.await(func(f http2.Frame) bool {
			reset, ok := f.(*http2.RSTStreamFrame)
			return ok && reset.StreamID == 2*http2Streams+1
		})
	}
	grown := s.metrics()["go_memstats_heap_alloc_bytes"] - before
	t.Logf("%d answers take %.0f KiB each", connections*http2Streams, grown/connections/http2Streams/1024)
	if grown > connections*http2Streams*each {
		t.Errorf("%d answers take %.0f MiB", connections*http2Streams, grown/(1<<20))
	}
	if texts := s.texts("tea"); len(texts) != 20 {
		t.Errorf("a healthy reader has %d messages", len(texts))
	}
}
