package handlers

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

var carryTimes = flag.Int("carry-times", 50, "how many times TestReadYourWrites writes at one node and reads at others")

// gate is the order of a chat at a node that lags as much as it can: it is given no entry before somebody waits for
// it.
type gate struct {
	*storetest.Memory
	mu     sync.Mutex
	upto   uint64
	opened chan struct{}
}

func (g *gate) open(upto uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.upto = max(g.upto, upto)
	close(g.opened)
	g.opened = make(chan struct{})
}

func (g *gate) await(ctx context.Context, seq uint64) {
	for ctx.Err() == nil {
		g.mu.Lock()
		upto, opened := g.upto, g.opened
		g.mu.Unlock()
		if seq <= upto {
			return
		}
		select {
		case <-opened:
		case <-ctx.Done():
		}
	}
}

// Follow implements store.Journal.
func (g *gate) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for e, err := range g.Memory.Follow(ctx, after) {
			g.await(ctx, e.Seq)
			if ctx.Err() != nil || !yield(e, err) {
				return
			}
		}
	}
}

// gated opens the gate of its log for whoever waits.
type gated struct {
	*store.Replica
	gate *gate
}

func (l gated) Reach(ctx context.Context, seq uint64) (bool, error) {
	l.gate.open(seq)
	return l.Replica.Reach(ctx, seq)
}

// Append opens it for all: a node waits for what it appends itself.
func (l gated) Append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	l.gate.open(1 << 62)
	defer func() {
		_, last, _ := l.Bounds(ctx)
		l.gate.shut(last)
	}()
	return l.Replica.Append(ctx, d)
}

func (g *gate) shut(upto uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.upto = upto
}

// newNode starts a node of a chat.
func newNode(t *testing.T, order *storetest.Memory) *Server {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	g := &gate{Memory: order, opened: make(chan struct{})}
	replica, err := store.OpenReplica(t.Context(), store.Options{Dir: t.TempDir(), Logger: logger}, g)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { replica.Close() })
	log := gated{replica, g}
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(streams.Close)
	kept := keepViews(t, log)
	server, err := New(Options{Store: log, Views: kept, Service: StartService(t, log, kept), Broker: streams, Metrics: NewMetrics(), Logger: logger, Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	built(t, server)
	return server
}

// request makes a request of a node, carrying what an answer before has named, and returns the answer.
func request(t *testing.T, node *Server, method, path, body string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header = header.Clone()
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	node.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w
}

// Whoever writes at one node reads it at the others, as soon as they are answered, be they a browser with a cookie or a
// program with a header; and can do something about what they see.
func TestReadYourWrites(t *testing.T) {
	order := storetest.NewMemory("e1")
	nodes := []*Server{newNode(t, order), newNode(t, order), newNode(t, order)}
	for n := range *carryTimes {
		here, there, third := nodes[n%3], nodes[(n+1)%3], nodes[(n+2)%3]
		text := fmt.Sprint("number ", n)
		posted := request(t, here, "POST", "/rooms/tea/messages", fmt.Sprintf(`{"user_name":"Mina","message":%q}`, text), http.Header{})
		byHeader := http.Header{positionHeader: {posted.Header().Get(positionHeader)}}
		cookie := posted.Result().Cookies()[0]
		byCookie := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Accept": {typeHTML}}
		if history := request(t, there, "GET", "/rooms/tea/messages?limit=1", "", byHeader); !strings.Contains(history.Body.String(), text) {
			t.Fatalf("after %q at %s the history is %s", text, byHeader, history.Body)
		}
		if page := request(t, third, "GET", "/rooms/tea", "", byCookie); !strings.Contains(page.Body.String(), text) {
			t.Fatalf("after %q the page has it not", text)
		}
		var ev struct{ ID string }
		if err := json.Unmarshal(posted.Body.Bytes(), &ev); err != nil {
			t.Fatal(err)
		}
		reacted := request(t, there, "PUT", "/rooms/tea/messages/"+ev.ID+"/reactions/%F0%9F%91%8D?user_name=Mina", "", http.Header{})
		byHeader.Set(positionHeader, reacted.Header().Get(positionHeader))
		if message := request(t, here, "GET", "/rooms/tea/messages/"+ev.ID, "", byHeader); !strings.Contains(message.Body.String(), "👍") {
			t.Fatalf("after a reaction the message is %s", message.Body)
		}
		again := request(t, third, "PUT", "/rooms/tea/messages/"+ev.ID+"/reactions/%F0%9F%91%8D?user_name=Mina", "", byHeader)
		if again.Code != http.StatusNoContent || again.Header().Get(positionHeader) == "" {
			t.Fatalf("a reaction that is there already: %d, %v", again.Code, again.Header())
		}
	}
}

// What somebody else has written, and was seen at another node, can be answered and pinned at once.
func TestActOnWhatWasSeenElsewhere(t *testing.T) {
	order := storetest.NewMemory("e1")
	here, there := newNode(t, order), newNode(t, order)
	for range 3 {
		var ev struct{ ID string }
		posted := request(t, here, "POST", "/rooms/tea/messages", `{"user_name":"Mina","message":"hi"}`, http.Header{})
		if err := json.Unmarshal(posted.Body.Bytes(), &ev); err != nil {
			t.Fatal(err)
		}
		request(t, there, "GET", "/rooms/tea/messages/"+ev.ID, "", http.Header{})
		posted = request(t, here, "POST", "/rooms/tea/messages", `{"user_name":"Mina","message":"ho"}`, http.Header{})
		if err := json.Unmarshal(posted.Body.Bytes(), &ev); err != nil {
			t.Fatal(err)
		}
		request(t, there, "POST", "/rooms/tea/messages", fmt.Sprintf(`{"user_name":"Ann","message":"yes?","reply_to":%q}`, ev.ID), http.Header{})
	}
}

// impatient is a log that lags for good.
type impatient struct {
	Store
	asked *int
}

func (i impatient) Reach(context.Context, uint64) (bool, error) {
	*i.asked++
	return false, store.ErrLagging
}

// A node that does not catch up tells a program so, which has asked for it, and shows a person what it has. What is no
// position of this log is not waited for.
func TestPositionsOfClients(t *testing.T) {
	s := newNode(t, storetest.NewMemory("e1"))
	asked := 0
	s.Store = impatient{s.Store, &asked}
	for _, tt := range []struct {
		header, value string
		asked, status int
	}{
		{positionHeader, "e1-5", 1, http.StatusServiceUnavailable},
		{"Cookie", positionCookie + "=e1-5", 1, http.StatusOK},
		{positionHeader, "e2-5", 0, http.StatusOK},
		{positionHeader, "e1-18446744073709551616", 0, http.StatusOK},
		{positionHeader, strings.Repeat("x", 5000), 0, http.StatusOK},
		{"Cookie", positionCookie + "=%00", 0, http.StatusOK},
	} {
		asked = 0
		if answer := ask(s, "/messages", http.Header{tt.header: {tt.value}}); answer.Code != tt.status || asked != tt.asked {
			t.Errorf("%s: %.40s: %d, and the log was asked %d times", tt.header, tt.value, answer.Code, asked)
		}
		asked = 0
		if answer := ask(s, "/healthz", http.Header{tt.header: {tt.value}}); answer.Code != http.StatusOK || asked != 0 {
			t.Errorf("/healthz with %s: %.40s: %d, and the log was asked %d times", tt.header, tt.value, answer.Code, asked)
		}
	}
}

// One node alone names no position, and looks at none.
func TestNoPositionsAlone(t *testing.T) {
	s := newUnlistened(t, 0)
	posted := request(t, s, "POST", "/messages", `{"user_name":"Mina","message":"hi"}`, http.Header{})
	if posted.Header().Get(positionHeader) != "" || len(posted.Result().Cookies()) != 0 {
		t.Errorf("the answer has %v", posted.Header())
	}
	asked := 0
	s.Store = impatient{s.Store, &asked}
	request(t, s, "GET", "/messages", "", http.Header{positionHeader: {s.Store.Epoch() + "-5"}})
	if asked != 0 {
		t.Errorf("the log was asked %d times", asked)
	}
}
