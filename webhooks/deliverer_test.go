package webhooks

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/store/storetest"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// stand is a chat that delivers.
type stand struct {
	*Deliverer
	t       testing.TB
	log     nodeLog
	people  *service.Service
	leads   atomic.Bool
	records records
	cancel  context.CancelFunc
	stop    func()
}

// nodeLog is the log of a chat, be it alone or one of several.
type nodeLog interface {
	service.Log
	views.Log
	views.MessageLog
	Close() error
}

// records are what was logged.
type records struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// start starts a chat in a folder of its own. It ends with the test, or with stop.
func start(t testing.TB) *stand {
	t.Helper()
	dir := t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, log, dir)
}

// startOn starts a chat on a log, which it closes.
func startOn(t testing.TB, log nodeLog, dir string) *stand {
	t.Helper()
	s := &stand{t: t}
	s.leads.Store(true)
	logger := slog.New(slog.NewTextHandler(&s.records, &slog.HandlerOptions{Level: slog.LevelDebug}))
	all := append([]views.View{View{}}, views.All...)
	projector := views.Start(views.Options{Path: filepath.Join(dir, "views.db"), Log: log, Views: all, Logger: quiet})
	people, err := service.Start(t.Context(), service.Options{Log: log, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	s.log, s.people = log, people
	s.Deliverer = New(Options{
		Log: log, Views: projector, Messages: views.NewMessages(log, projector), Service: people,
		Guard: local, Leads: s.leads.Load, Logger: logger,
	})
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	s.stop = sync.OnceFunc(func() {
		s.cancel()
		running.Wait()
		s.client.http.CloseIdleConnections()
		people.Close()
		projector.Close()
		log.Close()
	})
	t.Cleanup(s.stop)
	return s
}

// send appends what somebody does.
func (s *stand) send(c policy.Caller, room chat.Room, name chat.Name, body chat.Body) chat.Event {
	s.t.Helper()
	ev, _, err := s.people.Send(s.t.Context(), c, chat.Draft{Room: room, From: chat.Person{ID: c.Person.ID, Name: name}, Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return ev
}

func (s *stand) say(room chat.Room, text string) chat.Event {
	s.t.Helper()
	return s.send(policy.Caller{}, room, "Ann", chat.Message{Text: text})
}

var operator = policy.Caller{Person: chat.Person{Name: chat.Operator}, Operator: true}

func (s *stand) put(w chat.Webhook) {
	s.t.Helper()
	s.send(operator, "", chat.Operator, w)
}

// await returns the first event after a position that is wanted.
func (s *stand) await(after uint64, wanted func(chat.Event) bool) chat.Event {
	s.t.Helper()
	for ev, err := range s.log.Tail(s.t.Context(), after) {
		if err != nil {
			s.t.Fatal(err)
		}
		if wanted(ev) {
			return ev
		}
	}
	s.t.Fatal("it did not happen before the end of the test")
	return chat.Event{}
}

// awaitOutcome returns what has come of a message at last, or of a number of tries.
func (s *stand) awaitOutcome(of chat.Event, tries int) chat.Delivery {
	s.t.Helper()
	ev := s.await(of.ID.Seq, func(ev chat.Event) bool {
		d, is := ev.Body.(chat.Delivery)
		return is && d.Of == of.ID.Seq && (d.Tries == tries || tries == 0 && d.Outcome != chat.DeliveryRetry)
	})
	if ev.From.Name != chat.Operator || ev.Room != of.Room {
		s.t.Errorf("it is told by %+v in %s", ev.From, ev.Room)
	}
	return ev.Body.(chat.Delivery)
}

// settled waits until everything is delivered, and returns the log.
func (s *stand) settled() (events []chat.Event) {
	s.t.Helper()
	for {
		moved := s.opts.Views.Moved()
		viewstest.Settle(s.t, s.opts.Views)
		if s.Pending() == 0 {
			break
		}
		<-moved
	}
	_, last, err := s.log.Bounds(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for ev, err := range s.log.Read(s.t.Context(), 0, last) {
		if err != nil {
			s.t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}

func answering(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

// everything is a webhook of all messages to a receiver.
func everything(t *testing.T, id string, handle http.HandlerFunc) (chat.Webhook, chan posted) {
	t.Helper()
	w, got := listen(t, handle)
	w.ID, w.On = id, chat.OnAll
	return w, got
}

// A message is delivered once, signed, as it stands, and the answer is written once.
func TestDelivers(t *testing.T) {
	s := start(t)
	w, got := listen(t, answering("text/plain", "I am on it"))
	w.On, w.Word, w.Name = chat.OnMention, "ci", "Build Bot"
	s.put(w)
	s.say("ops", "nothing for it")
	asked := s.say("ops", "@ci build it")
	if d := s.awaitOutcome(asked, 0); d.Outcome != chat.DeliveryDone || d.Status != 200 || d.Tries != 1 {
		t.Errorf("the outcome is %+v", d)
	}
	p := <-got
	id := p.header.Get("Webhook-Id")
	if id != idOf(w, asked.ID) || !verify(t, w.Secret, id, p.header.Get("Webhook-Timestamp"), p.header.Get("Webhook-Signature"), p.body) {
		t.Errorf("it is not signed: %v", p.header)
	}
	reply := s.await(asked.ID.Seq, func(ev chat.Event) bool { return ev.IsMessage() })
	if reply.From != w.Person() || reply.Room != "ops" || reply.Body != (chat.Message{Text: "I am on it", ReplyTo: asked.ID.Seq}) || !reply.From.Robot() {
		t.Errorf("the reply is %+v", reply)
	}
	if _, _, err := s.people.Send(t.Context(), policy.Caller{}, chat.Draft{Room: "ops", From: chat.Person{Name: "build bot"}, Body: chat.Message{Text: "I am it"}}); err == nil {
		t.Error("somebody else speaks under the name")
	}
	s.deliver(t.Context(), w, job{webhook: w.ID, seq: asked.ID.Seq}) // again, as after a crash
	if again := <-got; again.header.Get("Webhook-Id") != id {
		t.Errorf("the second time its id is %q", again.header.Get("Webhook-Id"))
	}
	replies := 0
	for _, ev := range s.settled() {
		if ev.IsMessage() && ev.From == w.Person() {
			replies++
		}
	}
	if replies != 1 || s.Counts.Done.Load() != 2 || len(got) != 0 {
		t.Errorf("%d replies; %d deliveries, %d more than expected", replies, s.Counts.Done.Load(), len(got))
	}
	if log := s.records.String(); !strings.Contains(log, "127.0.0.1") || strings.Contains(log, "secret-path") || strings.Contains(log, w.Secret) {
		t.Errorf("the records are %s", log)
	}
}

// A receiver that is gone is left alone.
func TestGone(t *testing.T) {
	s := start(t)
	w, got := everything(t, "w1", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	s.put(w)
	first := s.say("ops", "one")
	if d := s.awaitOutcome(first, 0); d.Outcome != chat.DeliveryRefused || d.Status != http.StatusGone {
		t.Errorf("the outcome is %+v", d)
	}
	<-got
	s.say("ops", "two")
	s.settled()
	if now, _ := s.people.Facts.WebhookByID("w1"); !now.Disabled || len(got) != 0 {
		t.Errorf("it is %+v; %d more deliveries", now, len(got))
	}
	if log := s.records.String(); !strings.Contains(log, "410 Gone") {
		t.Errorf("the records are %s", log)
	}
}

// A receiver that asks to be spared is, and a redirect is no success.
func TestFailures(t *testing.T) {
	for name, tt := range map[string]struct {
		handle http.HandlerFunc
		status int
		after  time.Duration
	}{
		"seconds": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, 429, time.Hour},
		"a date": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusServiceUnavailable)
		}, 503, 2*time.Hour - 2*time.Second},
		"nothing":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 500, 4 * time.Second},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, 302, 4 * time.Second},
		"no answer":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			w, _ := everything(t, "w1", tt.handle)
			s.put(w)
			before := time.Now()
			d := s.awaitOutcome(s.say("ops", "one"), 1)
			if wait := d.Next.Sub(before); d.Outcome != chat.DeliveryRetry || d.Status != tt.status || wait < tt.after || wait > tt.after+time.Minute {
				t.Errorf("the outcome is %+v, after %v", d, d.Next.Sub(before))
			}
		})
	}
}

// A receiver that never answers keeps nobody waiting, not even where all of its slots are taken.
func TestHangingReceiver(t *testing.T) {
	s := start(t)
	release := make(chan struct{})
	var now, most atomic.Int64
	hanging, hung := everything(t, "w1", func(_ http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) }) // before the receiver closes
	healthy, got := everything(t, "w2", nil)
	s.put(hanging)
	s.put(healthy)
	const messages = 50
	for n := range messages {
		s.say("ops", fmt.Sprint("message ", n))
	}
	for range messages {
		<-got
	}
	for range toOne {
		<-hung
	}
	if n := most.Load(); n > toOne {
		t.Errorf("%d deliveries at a time to one that hangs", n)
	}
}

// What was deleted before it was delivered is not, and a node that does not lead delivers nothing.
func TestDeletedBefore(t *testing.T) {
	s := start(t)
	s.leads.Store(false)
	w, got := everything(t, "w1", nil)
	s.put(w)
	gone, stays := s.say("ops", "a secret"), s.say("ops", "an erorr")
	s.send(operator, "ops", "", chat.Delete{Of: gone.ID.Seq})
	guest := policy.Caller{Person: chat.Person{ID: "g1"}}
	mine := s.send(guest, "ops", "Ben", chat.Message{Text: "an erorr"})
	s.send(guest, "ops", "", chat.Edit{Of: mine.ID.Seq, Text: "an error"})
	if len(got) != 0 {
		t.Error("a node that does not lead delivers")
	}
	s.leads.Store(true)
	s.awaitOutcome(stays, 0)
	s.awaitOutcome(mine, 0)
	s.settled()
	var bodies string
	for len(got) > 0 {
		bodies += string((<-got).body)
	}
	if strings.Contains(bodies, "secret") || strings.Count(bodies, "an erorr") != 1 || strings.Count(bodies, "an error") != 1 {
		t.Errorf("what was delivered is %s", bodies)
	}
}

// Two webhooks that answer everything and are told of robots' messages do not talk to each other.
func TestAnswersEndLoops(t *testing.T) {
	s := start(t)
	var got [2]chan posted
	for i := range got {
		var w chat.Webhook
		w, got[i] = everything(t, fmt.Sprint("w", i), answering("application/json", `{"text":"what?"}`))
		w.Robots = true
		s.put(w)
	}
	s.say("ops", "hello")
	robot := chat.Token{ID: "k1", Name: "make", Hash: "h", Read: true, Write: true}
	s.put(chat.Webhook{ID: "w9", URL: "https://example.org/", On: chat.OnKeyword, Word: "never", Form: chat.FormStandard, Secret: "s", Name: "other"})
	s.send(operator, "", chat.Operator, robot)
	s.send(policy.Caller{Person: robot.Person(), Token: &robot}, "ops", "make", chat.Message{Text: "done"})
	for i := range got {
		<-got[i]
		<-got[i]
	}
	s.settled()
	if len(got[0])+len(got[1]) != 0 {
		t.Error("they go on")
	}
}

// Whoever knows the secret before the last, or the last, can verify.
func TestRotation(t *testing.T) {
	s := start(t)
	w, got := everything(t, "w1", nil)
	first := w.Secret
	s.put(w)
	w.Former, w.Secret = w.Secret, NewSecret(chat.FormStandard)
	s.put(w)
	s.say("ops", "one")
	p := <-got
	for _, secret := range []string{first, w.Secret} {
		if !verify(t, secret, p.header.Get("Webhook-Id"), p.header.Get("Webhook-Timestamp"), p.header.Get("Webhook-Signature"), p.body) {
			t.Errorf("%s does not verify %q", secret, p.header.Get("Webhook-Signature"))
		}
	}
}

// What is under way at the end is waited for.
func TestDrains(t *testing.T) {
	s := start(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	w, _ := everything(t, "w1", func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	s.put(w)
	said := s.say("ops", "one")
	<-arrived
	s.cancel()
	close(release)
	if d := s.awaitOutcome(said, 0); d.Outcome != chat.DeliveryDone {
		t.Errorf("the outcome is %+v", d)
	}
	s.stop()
}

// Of two nodes the one that leads delivers. While both do, a message may be delivered twice, with one id,
// and is answered once.
func TestNodes(t *testing.T) {
	journal := storetest.NewMemory("e1")
	var nodes [2]*stand
	for i := range nodes {
		dir := t.TempDir()
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, journal)
		if err != nil {
			t.Fatal(err)
		}
		nodes[i] = startOn(t, log, dir)
	}
	nodes[1].leads.Store(false)
	w, got := everything(t, "w1", answering("text/plain", "yes"))
	nodes[0].put(w)
	ids := make(map[string]bool)
	deliver := func(said chat.Event) {
		t.Helper()
		for _, n := range nodes {
			if d := n.awaitOutcome(said, 0); d.Outcome != chat.DeliveryDone {
				t.Errorf("the outcome is %+v", d)
			}
		}
		ids[idOf(w, said.ID)] = true
	}
	deliver(nodes[1].say("ops", "led by one"))
	if nodes[1].Counts.Done.Load() != 0 {
		t.Error("the other one delivers")
	}
	nodes[1].leads.Store(true)
	const messages = 20
	for range messages {
		deliver(nodes[0].say("ops", "led by both"))
	}
	replies := 0
	for _, ev := range nodes[1].settled() {
		if ev.IsMessage() && ev.From == w.Person() {
			replies++
		}
	}
	nodes[0].stop()
	nodes[1].stop()
	for len(got) > 0 {
		if id := (<-got).header.Get("Webhook-Id"); !ids[id] {
			t.Errorf("a delivery has the id %q", id)
		}
	}
	if replies != 1+messages {
		t.Errorf("%d replies to %d messages", replies, 1+messages)
	}
	t.Logf("%d messages, %d deliveries", 1+messages, nodes[0].Counts.Done.Load()+nodes[1].Counts.Done.Load())
}

// inMemory answers requests without a network, for time that is not real.
type inMemory struct{ http.HandlerFunc }

func (h inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// A receiver that fails is tried again at the times of the specification, with the same id, for
// two days, and then no more.
func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t)
		defer s.stop()
		var tries []time.Time
		ids := make(map[string]bool)
		s.client.http.Transport = inMemory{func(w http.ResponseWriter, r *http.Request) {
			tries = append(tries, time.Now())
			ids[r.Header.Get("Webhook-Id")] = true
			w.WriteHeader(http.StatusBadGateway)
		}}
		s.put(hook("https://ci.example.org/"))
		if d := s.awaitOutcome(s.say("ops", "one"), 0); d.Outcome != chat.DeliveryGaveUp || d.Tries != len(delays) {
			t.Errorf("the outcome is %+v", d)
		}
		time.Sleep(100 * time.Hour) // of the test's clock
		synctest.Wait()
		if len(tries) != len(delays) || len(ids) != 1 {
			t.Fatalf("%d tries with the ids %v", len(tries), ids)
		}
		for i, at := range tries[1:] {
			if delay := at.Sub(tries[i]); delay < delays[i+1]*9/10 || delay > delays[i+1]*11/10+time.Second {
				t.Errorf("try %d is %v after the one before, want about %v", i+2, delay, delays[i+1])
			}
		}
		if s.Pending() != 0 {
			t.Error("it is still to be delivered")
		}
	})
}

func TestTest(t *testing.T) {
	s := start(t)
	w, got := everything(t, "w1", answering("text/plain", "hello"))
	status, err := s.Test(t.Context(), w)
	p := <-got
	if err != nil || status != 200 || !bytes.HasPrefix(p.body, []byte(`{"type":"test"`)) ||
		!verify(t, w.Secret, p.header.Get("Webhook-Id"), p.header.Get("Webhook-Timestamp"), p.header.Get("Webhook-Signature"), p.body) {
		t.Errorf("%d, %v: %s", status, err, p.body)
	}
	if events := s.settled(); len(events) != 0 {
		t.Errorf("the log has %+v", events)
	}
}

// A chat without webhooks pays for a message with a look at a list that is empty.
func BenchmarkApplyWithoutWebhooks(b *testing.B) {
	a := &applier{}
	ev := chat.Event{Room: "ops", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: "@ci hello"}}
	b.ReportAllocs()
	for b.Loop() {
		if err := a.Apply(b.Context(), ev); err != nil {
			b.Fatal(err)
		}
	}
}
