package asks_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/asks"
	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/views"
)

var quiet = slog.New(slog.DiscardHandler)

// house is a chat with a keeper.
type house struct {
	t       *testing.T
	log     *store.SQLite
	views   *views.Projector
	list    *views.AskList
	service *service.Service
	leads   atomic.Bool
	stop    func()
}

// open starts a chat in a folder.
func open(t *testing.T, dir string) *house {
	t.Helper()
	h := &house{t: t}
	h.leads.Store(true)
	var err error
	if h.log, err = store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	h.views = views.Start(views.Options{Path: filepath.Join(dir, "views.db"), Log: h.log, Views: views.All, Logger: quiet})
	h.list = views.NewAskList(h.log, h.views)
	if h.service, err = service.Start(t.Context(), service.Options{Log: h.log, Logger: quiet, Asks: h.list}); err != nil {
		t.Fatal(err)
	}
	keeper := asks.Keeper{Questions: h.list, Service: h.service, Moved: h.views.Moved, Leads: h.leads.Load, Logger: quiet}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { keeper.Run(ctx) })
	h.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		h.service.Close()
		h.views.Close()
		h.log.Close()
	})
	t.Cleanup(h.stop)
	for !h.views.Ready() {
		<-h.views.Moved()
	}
	return h
}

// ask asks something that has so long a time.
func (h *house) ask(wait time.Duration, ask chat.Ask) (of uint64) {
	h.t.Helper()
	who := policy.Caller{Person: chat.Person{ID: "g1", Name: "Ann"}}
	message, _, err := h.service.Send(h.t.Context(), who, chat.Draft{Room: "r", From: who.Person, Body: chat.Message{Text: "Tea?"}})
	if err != nil {
		h.t.Fatal(err)
	}
	ask.Of, ask.Until = message.ID.Seq, message.Time.Add(wait).UnixMilli()
	if _, _, err := h.service.Send(h.t.Context(), who, chat.Draft{Room: "r", From: who.Person, Body: ask}); err != nil {
		h.t.Fatal(err)
	}
	return ask.Of
}

// want compares how it stands with a question.
func (h *house) want(of uint64, want string) {
	h.t.Helper()
	q, err := h.list.Of(h.t.Context(), of, "")
	if err != nil || q == nil {
		h.t.Fatalf("%+v, %v", q, err)
	}
	if got := fmt.Sprintf("%s %q", q.State(), q.Choice); got != want {
		h.t.Errorf("the question is %s, want %s", got, want)
	}
}

// A question ends at its time, and not before, with the default.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		long, short := h.ask(time.Hour, chat.Ask{Choices: "yes\nno", Default: "no"}), h.ask(time.Minute, chat.Ask{Choices: "yes\nno"})
		answered := h.ask(time.Minute, chat.Ask{Choices: "yes\nno", Default: "no"})
		person := policy.Caller{Person: chat.Person{ID: "g2", Name: "Ben"}}
		if _, _, err := h.service.Send(t.Context(), person, chat.Draft{Room: "r", From: person.Person, Body: chat.Answer{Of: answered, Choice: "yes"}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Second)
		h.want(short, `open ""`)
		time.Sleep(2 * time.Second)
		h.want(short, `expired ""`)
		h.want(long, `open ""`)
		h.want(answered, `answered "yes"`)
		time.Sleep(time.Hour)
		h.want(long, `expired "no"`)
	})
}

// What was over while no server was running ends when one starts.
func TestEndAfterARestart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, dir)
		var all []uint64
		for range views.ShownAsks + 20 {
			all = append(all, h.ask(time.Minute, chat.Ask{Choices: "yes\nno", Default: "no"}))
		}
		h.stop()
		time.Sleep(time.Hour)
		h = open(t, dir)
		time.Sleep(time.Second)
		for _, of := range all {
			h.want(of, `expired "no"`)
		}
	})
}

// Of several nodes one ends questions; another goes on when that is gone.
func TestOnlyOneNodeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		h.leads.Store(false)
		of := h.ask(time.Minute, chat.Ask{Choices: "yes\nno", Default: "no"})
		time.Sleep(time.Hour)
		h.want(of, `open ""`)
		h.leads.Store(true)
		time.Sleep(2 * time.Second)
		h.want(of, `expired "no"`)
	})
}
