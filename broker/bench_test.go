//go:build linux && !portable

package broker

import (
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const benchStreams = 1000

// sinkhole accepts connections and throws away what they receive.
type sinkhole struct {
	received atomic.Int64 // bytes
	arrived  chan struct{}
	want     atomic.Int64
}

func newSinkhole() *sinkhole { return &sinkhole{arrived: make(chan struct{}, 1)} }

func (s *sinkhole) drain(r io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		now, want := s.received.Add(int64(n)), s.want.Load()
		if now >= want && now-int64(n) < want {
			s.arrived <- struct{}{}
		}
	}
}

// expect says when to tell of an arrival: so many bytes from now.
func (s *sinkhole) expect(bytes int64) { s.want.Store(s.received.Load() + bytes) }

// BenchmarkDelivery is what a message to 1,000 streams costs, twenty times a
// second. The floor beneath it is write(2) to as many sockets in a loop; the
// ratio of the two is what the broker adds. The processor time is that of the
// whole process, the readers included, which are the same on both sides.
func BenchmarkDelivery(b *testing.B) {
	ev := testEvent(1, "lobby", "How much is a message of ordinary length?")
	frame, data := asChunk(appendEvent(nil, ev, plainly)), ev.AppendJSON(nil)
	b.Run("broker", func(b *testing.B) {
		s := startServer(b, Options{}).start()
		hole := newSinkhole()
		for range benchStreams {
			go hole.drain(s.openDrained(b))
		}
		seq := s.broker.tape.head().seq
		paced(b, hole, len(frame), func() {
			seq++
			s.broker.stream.publish(label{room: "lobby", seq: seq}, []byte("e1-1"), "my response", data)
		})
	})
	b.Run("write2", func(b *testing.B) {
		hole := newSinkhole()
		var fds []int
		for range benchStreams {
			near, far := socketPair(b)
			go hole.drain(far)
			fds = append(fds, near)
		}
		paced(b, hole, len(frame), func() {
			for _, fd := range fds {
				if _, err := unix.Write(fd, frame); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// paced calls send every 50 ms, waits each time until all have received what it
// sends, and reports the processor time of one delivery.
func paced(b *testing.B, hole *sinkhole, size int, send func()) {
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		<-ticks.C
		hole.expect(benchStreams * int64(size))
		send()
		<-hole.arrived
	}
	spent := processorTime(b) - before
	b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N)/benchStreams, "cpu-ns/delivery")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// openDrained opens a stream of the lobby and returns what follows its hello.
func (s *server) openDrained(b *testing.B) io.Reader {
	b.Helper()
	conn := s.openRaw("/?room=lobby", 64<<10)
	readPastHello(b, conn)
	if _, err := io.ReadFull(conn, make([]byte, chunkTail)); err != nil {
		b.Fatal(err)
	}
	return conn
}

func readPastHello(b *testing.B, r io.Reader) {
	b.Helper()
	var seen []byte
	one := make([]byte, 1)
	for len(seen) < len("event: hello\n\n") || string(seen[len(seen)-len("event: hello\n\n"):]) != "event: hello\n\n" {
		if _, err := r.Read(one); err != nil {
			b.Fatal(err)
		}
		seen = append(seen, one[0])
	}
}

// socketPair returns the descriptor of one end of a TCP connection on loopback,
// and the other end.
func socketPair(b *testing.B) (int, net.Conn) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	far, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	near, err := l.Accept()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { near.Close(); far.Close() })
	raw, err := near.(*net.TCPConn).SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	var fd int
	if err := raw.Control(func(n uintptr) { fd = int(n) }); err != nil {
		b.Fatal(err)
	}
	return fd, far
}

// BenchmarkSaturation publishes as fast as the stream takes it, to 1,000
// streams: beside the broker, a goroutine and a channel for each connection,
// which is the usual way.
func BenchmarkSaturation(b *testing.B) {
	ev := testEvent(1, "lobby", "How much is a message of ordinary length?")
	frame, data := asChunk(appendEvent(nil, ev, plainly)), ev.AppendJSON(nil)
	report := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*benchStreams/b.Elapsed().Seconds(), "deliveries/s")
	}
	b.Run("broker", func(b *testing.B) {
		// These events are in no log, so none may fall off the tape.
		s := startServer(b, Options{TapeFrames: b.N + 1, TapeBytes: (b.N + 1) * len(frame)}).start()
		hole := newSinkhole()
		for range benchStreams {
			go hole.drain(s.openDrained(b))
		}
		seq := s.broker.tape.head().seq
		b.ResetTimer()
		hole.expect(int64(b.N) * benchStreams * int64(len(frame)))
		for range b.N {
			seq++
			s.broker.stream.publish(label{room: "lobby", seq: seq}, []byte("e1-1"), "my response", data)
		}
		<-hole.arrived
		report(b)
	})
	b.Run("goroutines", func(b *testing.B) {
		hole := newSinkhole()
		server := &channelHub{}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		srv := &http.Server{Handler: server}
		go srv.Serve(l)
		b.Cleanup(func() { srv.Close() })
		for range benchStreams {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { conn.Close() })
			io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n")
			readPastHello(b, conn)
			go hole.drain(conn)
		}
		b.ResetTimer()
		hole.expect(int64(b.N) * benchStreams * int64(len(frame)))
		for range b.N {
			server.publish(frame)
		}
		<-hole.arrived
		report(b)
	})
}

// channelHub is the usual hub.
type channelHub struct {
	mu   sync.Mutex
	subs []chan []byte
}

func (h *channelHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan []byte, 64)
	io.WriteString(w, "event: hello\n\n")
	w.(http.Flusher).Flush()
	h.mu.Lock()
	h.subs = append(h.subs, ch)
	h.mu.Unlock()
	for {
		select {
		case frame := <-ch:
			w.Write(frame)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func (h *channelHub) publish(frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, ch := range h.subs {
		ch <- frame
	}
}
