package program

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/seed"
)

// askRace is a question that a command asks, and fifty people who answer it.
type askRace struct {
	server    *server
	room, key string
	asking    *process

	mu     sync.Mutex
	at     string
	counts map[string]int // of answers that were told that they count, by person
}

const answerers = 50

// ask starts the command, again perhaps.
func (r *askRace) ask() {
	r.asking = r.server.plainchat("ask", "--room="+r.room, "--client-id="+r.key, "--wait=1h", "Deploy?", "yes", "no")
}

// find returns the question's address; empty while there is none.
func (r *askRace) find(ctx context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at != "" {
		return r.at, nil
	}
	_, body, err := r.server.do(ctx, http.MethodGet, "/rooms/"+r.room+"/asks", nil, "")
	var list struct{ Asks []askedThere }
	if err == nil && json.Unmarshal([]byte(body), &list) == nil && len(list.Asks) == 1 {
		r.at = "/rooms/" + r.room + "/asks/" + list.Asks[0].ID
	}
	return r.at, err
}

// answer has somebody answer until the server says what came of it, and tells of each try.
func (r *askRace) answer(ctx context.Context, n int, tried chan<- struct{}) {
	name := fmt.Sprint("person ", n)
	body, _ := json.Marshal(map[string]string{"user_name": name, "choice": []string{"yes", "no"}[n%2], "client_id": fmt.Sprint(r.key, "-", n)}) // strings
	for ctx.Err() == nil {
		run := r.server.run()
		at, err := r.find(ctx)
		if err == nil && at == "" {
			time.Sleep(pollPause)
			continue
		}
		status := 0
		if err == nil {
			var res *http.Response
			if res, _, err = r.server.do(ctx, http.MethodPost, at+"/answer", http.Header{"Content-Type": {"application/json"}}, string(body)); err == nil {
				status = res.StatusCode
			}
		}
		select {
		case tried <- struct{}{}:
		default:
		}
		switch {
		case status == http.StatusOK:
			r.mu.Lock()
			r.counts[name]++
			r.mu.Unlock()
			return
		case status == http.StatusConflict:
			return
		case err != nil:
			r.server.after(ctx, run)
		}
	}
}

// check compares what everybody was told of the question with what the log has.
func (r *askRace) check(log []chat.Event) {
	r.server.t.Helper()
	t := r.server.t
	code, out := r.asking.wait(), r.asking.stdout.String()
	var messages, asks int
	var first *chat.Event
	for i, ev := range log {
		switch body := ev.Body.(type) {
		case chat.Message:
			if ev.Room == chat.Room(r.room) {
				messages++
			}
		case chat.Ask:
			if ev.Room == chat.Room(r.room) {
				asks++
			}
		case chat.Answer:
			if ev.Room == chat.Room(r.room) && first == nil && !body.Expired {
				first = &log[i]
			}
		}
	}
	if messages != 1 || asks != 1 || first == nil {
		t.Errorf("%s: %d messages, %d questions, answered by %+v", r.room, messages, asks, first)
		return
	}
	choice, winner := first.Body.(chat.Answer).Choice, string(first.From.Name)
	if want := map[string]int{"yes": 0, "no": 1}[choice]; code != want || out != choice+"\n" {
		t.Errorf("%s: %s has answered %s, and the command ends with %d and %q", r.room, winner, choice, code, out)
	}
	if r.counts[winner] != 1 || len(r.counts) != 1 {
		t.Errorf("%s: %s has won, and told that they have are %v", r.room, winner, r.counts)
	}
}

// TestKillAsks: the server and the commands that ask are killed again and again while fifty people answer each
// question. Each is asked once and answered once, and the command ends with that answer.
func TestKillAsks(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*robotKills)*5*time.Second)
	defer cancel()
	s := newServer(t, "--log-level=warn")
	var races []*askRace
	for kill := 0; kill < *robotKills; {
		tried := make(chan struct{}, 1)
		var answering sync.WaitGroup
		var round []*askRace
		for range 2 {
			r := &askRace{server: s, room: fmt.Sprint("room-", len(races)), key: fmt.Sprint("key-nobody-guesses-", len(races)), counts: map[string]int{}}
			r.ask()
			for n := range answerers {
				answering.Go(func() { r.answer(ctx, n, tried) })
			}
			round, races = append(round, r), append(races, r)
		}
		for range 2 {
			for range rng.IntN(30) {
				select {
				case <-tried:
				case <-time.After(pollPause): // all may have been told what came of it
				}
			}
			s.kill()
			killed := round[rng.IntN(len(round))]
			killed.asking.kill()
			s.start()
			killed.ask()
			kill++
		}
		answering.Wait()
	}
	for _, r := range races {
		r.asking.wait()
	}
	s.retire()
	log := s.log()
	for _, r := range races {
		r.check(log)
	}
	t.Logf("%d kills, %d questions, %d events", *robotKills, len(races), len(log))
}
