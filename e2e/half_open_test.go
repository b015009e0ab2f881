package e2e

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
)

// wire carries connections to the program, until it is cut: then nothing passes any more over
// those that are there, and neither end is told, as when a VPN forgets them. New ones pass.
type wire struct {
	addr string

	mu  sync.Mutex
	cut []*atomic.Bool
}

func startWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: listener.Addr().String()}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", to)
			if err != nil {
				_ = front.Close()
				continue
			}
			t.Cleanup(func() { _, _ = front.Close(), back.Close() })
			cut := new(atomic.Bool)
			w.mu.Lock()
			w.cut = append(w.cut, cut)
			w.mu.Unlock()
			open.Go(func() { carry(back, front, cut) })
			open.Go(func() { carry(front, back, cut) })
		}
	})
	t.Cleanup(open.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	return w
}

func carry(to, from net.Conn, cut *atomic.Bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if cut.Load() {
			if err != nil {
				return
			}
			continue
		}
		if n > 0 {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func (w *wire) cutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, cut := range w.cut {
		cut.Store(true)
	}
}

// hurried lets a page skip time.
var hurried = command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `{
	const now = performance.now.bind(performance);
	let skipped = 0;
	performance.now = () => now() + skipped;
	window.skip = (milliseconds) => { skipped += milliseconds; };
}`})

// doubts are what gives the page reason to look whether its connection still stands.
var doubts = map[string]string{
	"online":           `dispatchEvent(new Event("online"))`,
	"visibilitychange": `document.dispatchEvent(new Event("visibilitychange"))`,
}

// A connection that died without a word is noticed as soon as there is reason to look.
func TestHalfOpenIsNoticed(t *testing.T) {
	t.Parallel()
	for doubt, script := range doubts {
		t.Run(doubt, func(t *testing.T) {
			t.Parallel()
			s, w, p := halfOpen(t, withoutWorker, hurried)
			w.cutAll()
			s.Post("lobby", "Bob", "said over another connection")
			eval[any](p, `skip(5000), `+script+`, 0`)
			p.awaitText("said over another connection")
		})
	}
}

// So it is when a message is not answered.
func TestHalfOpenIsNoticedBySending(t *testing.T) {
	t.Parallel()
	s, w, p := halfOpen(t)
	w.cutAll()
	s.Post("lobby", "Bob", "said over another connection")
	p.say("mine")
	p.awaitText("said over another connection")
}

// And without any reason it is noticed by the silence, whether the stream is a worker's or not.
func TestHalfOpenIsNoticedBySilence(t *testing.T) {
	t.Parallel()
	s, w, p := halfOpen(t)
	w.cutAll()
	s.Post("lobby", "Bob", "said over another connection")
	p.awaitText("said over another connection")
}

func halfOpen(t *testing.T, setUp ...step) (*server, *wire, *page) {
	t.Helper()
	s := startServer(t)
	w := startWire(t, s.Addr)
	p := openPage(t, "http://"+w.addr+"/rooms/lobby", "Ann", setUp...)
	s.Post("lobby", "Bob", "before")
	p.awaitText("before")
	return s, w, p
}

// What the browser says of being offline is no more than a reason to look.
func TestOfflineIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ann", withoutWorker, hurried)
	eval[any](p, `Object.defineProperty(navigator, "onLine", { get: () => false }), skip(5000), dispatchEvent(new Event("offline")), 0`)
	s.Post("lobby", "Bob", "still here")
	p.awaitText("still here")
	p.awaitConnected()
	if eval[bool](p, bannerShown) {
		t.Error("the page says that it is offline, above a message that has just come")
	}
	s.Kill()
	p.await(bannerShown + ` && document.querySelector("#banner-text").textContent.includes("offline")`)
	p.await(`document.querySelector("#connection").dataset.state === "lost"`)
}
