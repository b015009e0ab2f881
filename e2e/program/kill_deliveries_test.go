package program

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/internal/seed"
)

var robotKills = flag.Int("robot-kills", 5, "how often the tests of robots kill the server")

// deliveries are what a receiver got.
type deliveries struct {
	mu   sync.Mutex
	ids  map[chat.ID]map[string]int // how often, by message and by id of the delivery
	done map[chat.ID]bool           // was answered
}

func (d *deliveries) note(got delivered) (times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids[got.message.ID] == nil {
		d.ids[got.message.ID] = make(map[string]int)
	}
	d.ids[got.message.ID][got.id]++
	return d.ids[got.message.ID][got.id]
}

func (d *deliveries) finish(got delivered) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[got.message.ID] = true
}

// stay keeps a request waiting, if not too many are, and reports false if its sender has gone.
func stay(req *http.Request, held chan struct{}, release <-chan struct{}) bool {
	select {
	case held <- struct{}{}:
		defer func() { <-held }()
	default:
		return true
	}
	select {
	case <-release:
		return true
	case <-req.Context().Done():
		return false
	}
}

// TestKillDeliveries: kill -9 in the midst of deliveries loses none and changes the id of none, and each
// is answered in the room once.
func TestKillDeliveries(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	s := newServer(t, "--hooks-allow=127.0.0.1", "--log-level=warn")
	o := operator{s}
	all := deliveries{ids: make(map[chat.ID]map[string]int), done: make(map[chat.ID]bool)}
	hold := make(chan struct{})    // closed once all are answered at once
	held := make(chan struct{}, 2) // fewer than go to one receiver at the same time
	r := newReceiver(t, func(w http.ResponseWriter, req *http.Request, got delivered) {
		if all.note(got) == 1 && !stay(req, held, hold) {
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		if _, err := io.WriteString(w, "answer to "+got.message.ID.String()); err == nil {
			all.finish(got)
		}
	})
	r.know(o.run(0, "webhook", "create", "--url="+r.URL, "--mention=ci", "--robots"))
	var asked []chat.ID
	for range *robotKills {
		wait := 0
		for n := range 10 + rng.IntN(20) {
			asked = append(asked, s.say(chat.Room(fmt.Sprint("room-", n%3)), "@ci build it").ID)
			wait += rng.IntN(2)
		}
		for range wait {
			<-r.got
		}
		s.kill()
		s.start()
	}
	close(hold)
	for ctx := bounded(t); s.metrics()["plainchat_webhook_pending"] != 0; {
		if ctx.Err() != nil {
			t.Fatal("not everything is delivered")
		}
	}
	s.retire()
	again := 0
	for _, id := range asked {
		if len(all.ids[id]) != 1 || !all.done[id] {
			t.Errorf("%s was delivered as %v, answered: %v", id, all.ids[id], all.done[id])
		}
		for _, times := range all.ids[id] {
			again += times - 1
		}
	}
	if len(all.ids) != len(asked) {
		t.Errorf("%d messages were delivered, and %d asked for it", len(all.ids), len(asked))
	}
	answers := make(map[uint64]int)
	for _, ev := range s.log() {
		if m, is := ev.Body.(chat.Message); is && m.ReplyTo != 0 {
			if want := fmt.Sprintf("answer to %s", chat.ID{Epoch: ev.ID.Epoch, Seq: m.ReplyTo}); m.Text != want || !ev.From.Robot() {
				t.Errorf("%+v, want %q", ev, want)
			}
			answers[m.ReplyTo]++
		}
	}
	for _, id := range asked {
		if answers[id.Seq] != 1 {
			t.Errorf("%s was answered %d times", id, answers[id.Seq])
		}
	}
	t.Logf("%d kills; %d messages delivered, %d of them again", *robotKills, len(asked), again)
}
