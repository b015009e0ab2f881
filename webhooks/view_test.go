package webhooks

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/viewstest"
)

var quiet = slog.New(slog.DiscardHandler)

// viewed is a view of a log.
type viewed struct {
	*viewstest.Log
	t       *testing.T
	path    string
	views   *views.Projector
	pending pending
}

func view(t *testing.T) *viewed {
	t.Helper()
	v := &viewed{Log: viewstest.New(), t: t, path: filepath.Join(t.TempDir(), "views.db")}
	v.open()
	return v
}

func (v *viewed) open() {
	v.t.Helper()
	v.views = views.Start(views.Options{Path: v.path, Log: v.Log, Views: []views.View{View{}}, Logger: quiet})
	v.t.Cleanup(func() { v.views.Close() })
	v.pending = pending{v.Log, v.views}
	viewstest.Settle(v.t, v.views)
}

// rebuild makes the view anew.
func (v *viewed) rebuild() {
	v.t.Helper()
	if err := v.views.Close(); err != nil {
		v.t.Fatal(err)
	}
	if err := views.Remove(v.path); err != nil {
		v.t.Fatal(err)
	}
	v.open()
}

// due is what is to be delivered by a webhook at a time, as "position/tries".
func (v *viewed) due(webhook string, at time.Time) string {
	v.t.Helper()
	viewstest.Settle(v.t, v.views)
	jobs, err := v.pending.due(v.t.Context(), webhook, at, 1000, false)
	if err != nil {
		v.t.Fatal(err)
	}
	var all []string
	for _, j := range jobs {
		all = append(all, fmt.Sprintf("%d/%d", j.seq, j.tries))
	}
	return strings.Join(all, " ")
}

func (v *viewed) want(webhook string, at time.Time, want string) {
	v.t.Helper()
	if got := v.due(webhook, at); got != want {
		v.t.Errorf("%s has %q to deliver, want %q", webhook, got, want)
	}
}

var later = time.UnixMilli(1 << 40)

func mentions(id, name string) chat.Webhook {
	return chat.Webhook{ID: id, URL: "https://example.org/", On: chat.OnMention, Word: name, Form: chat.FormStandard, Secret: "s", Name: "ci"}
}

func TestPending(t *testing.T) {
	v := view(t)
	v.Say("ops", "@ci before")
	ci, all := mentions("w1", "ci"), mentions("w2", "")
	all.Room, all.On, all.Word = "ops", chat.OnAll, ""
	v.Append("", "operator", ci)
	v.Append("", "operator", all)
	v.want("w1", later, "")
	first := v.Say("ops", "@ci first")
	second := v.Say("tea", "@ci second")
	v.Say("tea", "third")
	v.want("w1", later, fmt.Sprintf("%d/0 %d/0", first, second))
	v.want("w2", later, fmt.Sprintf("%d/0", first))

	at := time.UnixMilli(5000).UTC()
	v.Append("ops", "operator", chat.Delivery{Of: first, Webhook: "w1", Tries: 1, Outcome: chat.DeliveryRetry, Status: 503, Next: at})
	v.want("w1", at.Add(-time.Millisecond), fmt.Sprintf("%d/0", second))
	v.want("w1", at, fmt.Sprintf("%d/0 %d/1", second, first))
	if jobs, err := v.pending.due(t.Context(), "w1", at, 1, true); err != nil || len(jobs) != 1 || jobs[0].seq != first {
		t.Errorf("what was tried before does not go first: %+v, %v", jobs, err)
	}
	if next, ok, err := v.pending.next(t.Context(), "w1", at.Add(-time.Second)); !ok || !next.Equal(at) || err != nil {
		t.Errorf("the next is at %v, %v, %v", next, ok, err)
	}
	if _, ok, err := v.pending.next(t.Context(), "w1", at); ok || err != nil {
		t.Errorf("there is one after the last: %v", err)
	}
	standings, err := v.pending.standings(t.Context())
	if s := standings["w1"]; err != nil || s.Pending != 2 || s.Outcome != chat.DeliveryRetry || s.Status != 503 || s.Time.IsZero() {
		t.Errorf("it stands %+v, %v", s, err)
	}
	if n := v.pending.count(); n != 3 {
		t.Errorf("%v are counted", n)
	}
	v.Append("tea", "operator", chat.Delivery{Of: second, Webhook: "w1", Tries: 1, Outcome: chat.DeliveryDone, Status: 200})
	v.want("w1", later, fmt.Sprintf("%d/1", first))
	v.Append("ops", "Ann", chat.Delete{Of: first})
	v.want("w1", later, "")
	v.want("w2", later, "")
}

// Nobody is told of what was written while a webhook was disabled, or of what it is not to be told of any
// more.
func TestDisabled(t *testing.T) {
	v := view(t)
	hook := mentions("w1", "ci")
	v.Append("", "operator", hook)
	v.Say("ops", "@ci one")
	hook.Disabled = true
	v.Append("", "operator", hook)
	v.want("w1", later, "")
	v.Say("ops", "@ci two")
	hook.Disabled = false
	v.Append("", "operator", hook)
	v.want("w1", later, "")
	three := v.Say("ops", "@ci three")
	v.want("w1", later, fmt.Sprintf("%d/0", three))
	hook.Removed = true
	v.Append("", "operator", hook)
	v.Say("ops", "@ci four")
	v.want("w1", later, "")
}

// A robot's message triggers a webhook that wants that, and what a webhook has had written none.
func TestLoops(t *testing.T) {
	v := view(t)
	plain, robots, other := mentions("w1", "ci"), mentions("w2", "ci"), mentions("w3", "ci")
	robots.Robots, other.Robots = true, true
	for _, w := range []chat.Webhook{plain, robots, other} {
		v.Append("", "operator", w)
	}
	other.Removed = true
	v.Append("", "operator", other)
	for _, who := range []chat.Person{{ID: "t-k1", Name: "make"}, {ID: "h-k2", Name: "alertmanager"}, plain.Person(), robots.Person(), other.Person()} {
		v.AppendAs("ops", who, chat.Message{Text: "@ci"})
	}
	v.want("w1", later, "")
	v.want("w2", later, "5/0 6/0")
}

func TestExpired(t *testing.T) {
	v := view(t)
	v.Append("", "operator", mentions("w1", "ci"))
	v.Say("ops", "@ci one")
	two := v.Say("ops", "@ci two")
	v.want("w1", later, fmt.Sprintf("%d/0 %d/0", two-1, two))
	v.Expire(two) // before the view has forgotten it
	v.want("w1", later, fmt.Sprintf("%d/0", two))
}

// dump is all that the view says.
func (v *viewed) dump() (all []string) {
	v.t.Helper()
	viewstest.Settle(v.t, v.views)
	standings, err := v.pending.standings(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	for id, s := range standings {
		all = append(all, fmt.Sprintf("%s %+v %s", id, s, v.due(id, later)))
	}
	slices.Sort(all)
	return all
}

// Whatever has happened, a view that is built anew says the same.
func TestBuiltAnew(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	v := view(t)
	var messages []uint64
	hooks := make([]chat.Webhook, 4)
	for i := range hooks {
		hooks[i] = mentions(fmt.Sprint("w", i), []string{"ci", "cd"}[i%2])
		hooks[i].Robots = i == 0
	}
	for range 500 {
		i := rng.IntN(len(hooks))
		switch n := rng.IntN(12); {
		case n < 6:
			who := []chat.Person{{Name: "Ann"}, {ID: "t-k1", Name: "make"}, hooks[i].Person()}[rng.IntN(3)]
			messages = append(messages, v.AppendAs("ops", who, chat.Message{Text: "@ci and @cd"}))
		case n == 6:
			hooks[i].Disabled = rng.IntN(2) == 0
			v.Append("", "operator", hooks[i])
		case len(messages) == 0:
		case n == 7:
			v.Append("ops", "Ann", chat.Delete{Of: messages[rng.IntN(len(messages))]})
		default:
			d := chat.Delivery{Of: messages[rng.IntN(len(messages))], Webhook: hooks[i].ID, Tries: 1 + rng.IntN(5), Outcome: chat.DeliveryDone}
			if n > 9 {
				d.Outcome, d.Next = chat.DeliveryRetry, time.UnixMilli(int64(1+rng.IntN(1e6))).UTC()
			}
			v.Append("ops", "operator", d)
		}
		if rng.IntN(100) == 0 {
			v.reopen()
		}
	}
	before := v.dump()
	v.rebuild()
	if after := v.dump(); !slices.Equal(after, before) || len(before) != len(hooks) {
		t.Errorf("it said\n%q\nand says\n%q", before, after)
	}
}

// reopen closes the view and opens its file again.
func (v *viewed) reopen() {
	v.t.Helper()
	viewstest.Settle(v.t, v.views)
	if err := v.views.Close(); err != nil {
		v.t.Fatal(err)
	}
	if _, err := os.Stat(v.path); err != nil {
		v.t.Fatal(err)
	}
	v.open()
}
