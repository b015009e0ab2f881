package broker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

// openReplica opens a log that follows a journal.
func openReplica(t *testing.T, journal store.Journal) *store.Replica {
	t.Helper()
	log, err := store.OpenReplica(t.Context(), store.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)}, journal)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

// A stream that resumes at a node which lags, after what that has not yet, waits for it and begins without a gap; one after
// what nobody has begins with one.
func TestResumeWhereTheNodeLags(t *testing.T) {
	journal := storetest.NewMemory("e1")
	ahead := openReplica(t, journal)
	goOn := make(chan struct{})
	behind := openReplica(t, late{journal, goOn})
	say := func(text string) chat.Event {
		ev, _, err := ahead.Append(t.Context(), chat.Draft{Room: "lobby", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		return ev
	}
	s := serveLog(t, behind.SQLite, behind, Options{}).start()
	var last chat.Event
	for i := range 50 {
		last = say(fmt.Sprint(i))
	}
	missed := say("missed")
	opened := make(chan *listener)
	go func() { opened <- s.listen(since(inRooms("lobby"), last.ID.String())) }()
	future := s.listen(since(inRooms("lobby"), chat.ID{Epoch: "e1", Seq: 999}.String()))
	if ev := future.next(); ev.Type != eventGap || !strings.Contains(ev.Data, string(gapFuture)) {
		t.Errorf("got %+v, want a gap", ev)
	}
	close(goOn)
	(<-opened).expect(missed, say("live"))
}

// late is a journal of which nothing is heard before goOn is closed.
type late struct {
	*storetest.Memory
	goOn <-chan struct{}
}

func (l late) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	select {
	case <-l.goOn:
	case <-ctx.Done():
	}
	return l.Memory.Follow(ctx, after)
}

// stuck is a log that lags for ever, at the beginning.
type stuck struct{ Log }

func (stuck) Epoch() string { return "e1" }

func (stuck) Bounds(context.Context) (first, last uint64, err error) { return 1, 0, nil }

func (stuck) Reach(ctx context.Context, _ uint64) (bool, error) {
	<-ctx.Done()
	return false, store.ErrLagging
}

// Whoever waits for a node that does not catch up is to come back after a while, and is told of no gap.
func TestSentAwayWhereTheNodeLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub{log: stuck{}, tape: newTape(1, 1, 0), stall: time.Second}
		began := time.Now()
		since, _ := chat.ParseSince("e1-7", began)
		_, gap, err := h.resolve(t.Context(), since)
		if took := time.Since(began); !errors.Is(err, errBehind) || gap != "" || took != catchUpTimeout {
			t.Errorf("after %v: %q, %v", took, gap, err)
		}
		w := httptest.NewRecorder()
		var ended error
		defer func() {
			if recover() != http.ErrAbortHandler || !errors.Is(ended, errBehind) || w.Code != http.StatusOK ||
				!strings.HasPrefix(w.Body.String(), "retry: ") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
				t.Errorf("ended with %v: %d %q", ended, w.Code, w.Body)
			}
		}()
		h.sendAway(w, func(reason error) { ended = reason })
	})
}
