//go:build torture

package program

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
)

const (
	healthyReaders = 1000
	hostileReaders = 50 // of each kind
	spoken         = 500
	// hostileHeap is how much more heap the server may have, in bytes, with the hostile
	// readers than without them.
	hostileHeap = 32 << 20
)

// TestTortureHostileReaders: readers that stall, that read a byte a second and that
// reset their connections take nothing from a thousand others, and bounded memory.
func TestTortureHostileReaders(t *testing.T) {
	s := newServer(t, "--log-level=warn")
	s.kill()
	s.env = []string{"GOGC=20"} // so that the heap's size tells of what is in use
	s.start()
	ctx := bounded(t)
	s.speak(ctx, nil)
	before := s.metrics()["go_memstats_heap_alloc_bytes"]
	alone := s.speak(ctx, nil)

	hostile, stop := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer readers.Wait()
	defer stop()
	const everything = "/events?room=crowd&room=flood"
	for range hostileReaders {
		s.stall(everything)
		readers.Go(func() { s.readByByte(hostile, everything) })
		readers.Go(func() { s.readAndReset(hostile, everything) })
	}
	among := s.speak(ctx, []byte(strings.Repeat("💧", chat.MaxTextLength)))
	grown := s.metrics()["go_memstats_heap_alloc_bytes"] - before
	if grown > hostileHeap {
		t.Errorf("the heap has grown by %.1f MB", grown/1e6)
	}
	t.Logf("p99 %v among hostile readers, %v without them: %.2f times; the heap has grown by %.1f MB",
		among, alone, among.Seconds()/alone.Seconds(), grown/1e6)
}

// speak has a thousand readers hear messages, each once and in order, and returns the
// 99th percentile of how long each took to get there. A flood, if there is one, goes to
// another room after every tenth.
func (s *server) speak(ctx context.Context, flood []byte) time.Duration {
	s.t.Helper()
	took := make([][]time.Duration, healthyReaders)
	var opened, readers sync.WaitGroup
	opened.Add(healthyReaders)
	for i := range took {
		readers.Go(func() {
			var err error
			if took[i], err = s.timeMessages(ctx, opened.Done); err != nil {
				s.t.Errorf("reader %d: %v", i, err)
			}
		})
	}
	opened.Wait()
	for i := range spoken {
		if flood != nil && i%10 == 0 {
			s.mustSend(ctx, chat.Draft{Room: "flood", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: string(flood)}})
		}
		s.mustSend(ctx, chat.Draft{Room: "crowd", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: fmt.Sprintf("%d %d", i, time.Now().UnixNano())}})
	}
	readers.Wait()
	all := slices.Concat(took...)
	if len(all) != healthyReaders*spoken {
		s.t.Fatalf("%d messages were heard of %d", len(all), healthyReaders*spoken)
	}
	slices.Sort(all)
	return all[len(all)*99/100].Round(10 * time.Microsecond)
}

// timeMessages hears what speak says.
func (s *server) timeMessages(ctx context.Context, opened func()) ([]time.Duration, error) {
	st, err := s.stream(ctx, "room=crowd", "")
	if err == nil {
		defer st.Close()
		_, err = st.Next() // hello
	}
	opened()
	var took []time.Duration
	for i := 0; i < spoken && err == nil; i++ {
		st.raw.Reset()
		ev, nextErr := st.Next()
		if nextErr != nil {
			return took, nextErr
		}
		now := time.Now()
		message, messageErr := messageIn(ev)
		number, sent, _ := strings.Cut(message.Text(), " ")
		nanos, _ := strconv.ParseInt(sent, 10, 64)
		if messageErr != nil || number != strconv.Itoa(i) {
			return took, fmt.Errorf("%v: %q where message %d was expected", messageErr, message.Text(), i)
		}
		took = append(took, now.Sub(time.Unix(0, nanos)))
	}
	return took, err
}

// TestTorturePausedPage: a page of history waits for a reader that pauses, such as a curl
// whose output is being read in a pager. Only streams are given up sooner.
func TestTorturePausedPage(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--log-level=warn")
	ctx := bounded(t)
	for range 30 {
		s.mustSend(ctx, chat.Draft{Room: "long", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: strings.Repeat("💧", chat.MaxTextLength)}})
	}
	conn, err := s.request(ctx, "/rooms/long/messages?limit=1000")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	time.Sleep(20 * time.Second) // with the kernel's timers there is no other way
	_ = conn.SetReadBuffer(1 << 20)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || len(body) < 7*4*chat.MaxTextLength { // as many as an answer has room for
		t.Errorf("%d bytes came, %v", len(body), err)
	}
}

// request sends a request over a bare connection with a small buffer.
func (s *server) request(ctx context.Context, target string) (*net.TCPConn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", s.listen)
	if err != nil {
		return nil, err
	}
	conn := c.(*net.TCPConn)
	_ = conn.SetReadBuffer(4096)
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, s.listen)
	return conn, err
}

// readByByte reads a byte a second of a stream.
func (s *server) readByByte(ctx context.Context, target string) {
	conn, err := s.request(ctx, target)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer conn.Close()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for b := make([]byte, 1); ; {
		select {
		case <-second.C:
			if _, err := conn.Read(b); err != nil {
				return // cut
			}
		case <-ctx.Done():
			return
		}
	}
}

// readAndReset opens a stream, reads a little and resets the connection, again and again,
// ten times a second.
func (s *server) readAndReset(ctx context.Context, target string) {
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
		conn, err := s.request(ctx, target)
		if err != nil {
			return // with the test
		}
		_, _ = io.ReadFull(conn, make([]byte, 256))
		_ = conn.SetLinger(0)
		conn.Close()
	}
}
