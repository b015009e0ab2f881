package identity

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

func newLink(t *testing.T, l *Links, person chat.PersonID) string {
	t.Helper()
	code, to, err := l.New(person, "Ann", "tea")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile("^[a-z2-7]{26}$").MatchString(code) {
		t.Errorf("a code is %q", code)
	}
	if want := (Linked{Person: person, Name: "Ann", Room: "tea", Expires: to.Expires}); to != want {
		t.Errorf("a link leads to %+v, want %+v", to, want)
	}
	return code
}

func TestLinkIsGoodOnce(t *testing.T) {
	l := NewLinks(10)
	code := newLink(t, l, "gann")
	for range 2 { // to look costs nothing
		if to, ok := l.Look(code); !ok || to.Person != "gann" || to.Name != "Ann" || to.Room != "tea" {
			t.Errorf("it leads to %+v, %v", to, ok)
		}
	}
	var used atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if to, ok := l.Use(code); ok && to.Person == "gann" {
				used.Add(1)
			}
		})
	}
	all.Wait()
	if used.Load() != 1 {
		t.Errorf("%d have used it", used.Load())
	}
	if to, ok := l.Look(code); ok {
		t.Errorf("used, it leads to %+v", to)
	}
}

func TestLinkEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLinks(10)
		code := newLink(t, l, "gann")
		time.Sleep(LinkLifetime - time.Nanosecond)
		if _, ok := l.Look(code); !ok {
			t.Error("it has ended too soon")
		}
		time.Sleep(time.Nanosecond)
		if to, ok := l.Look(code); ok {
			t.Errorf("after its time it leads to %+v", to)
		}
		if to, ok := l.Use(code); ok {
			t.Errorf("after its time it can be used, for %+v", to)
		}
	})
}

// A later link of the same person ends the one before, which may be on a screen that somebody
// has photographed.
func TestLinkEndsTheOneBefore(t *testing.T) {
	l := NewLinks(10)
	first, second := newLink(t, l, "gann"), newLink(t, l, "gann")
	if to, ok := l.Use(first); ok {
		t.Errorf("the one before leads to %+v", to)
	}
	if _, ok := l.Use(second); !ok {
		t.Error("the later one cannot be used")
	}
}

func TestLinksAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLinks(2)
		newLink(t, l, "ga")
		code := newLink(t, l, "gb")
		if _, _, err := l.New("gc", "", chat.Lobby); !errors.Is(err, ErrLinks) {
			t.Errorf("a third one: %v", err)
		}
		newLink(t, l, "ga") // in the place of their own
		if _, ok := l.Use(code); !ok {
			t.Error("it was pushed out")
		}
		newLink(t, l, "gc")
		time.Sleep(LinkLifetime)
		newLink(t, l, "gd")
		if len(l.byHash) != 1 || len(l.of) != 1 {
			t.Errorf("%d links of %d people are kept where one is good", len(l.byHash), len(l.of))
		}
	})
}

// What is not a code leads nowhere.
func TestUnknownCodes(t *testing.T) {
	l := NewLinks(10)
	code := newLink(t, l, "gann")
	others := []string{"", code[1:], code + "a", strings.ToUpper(code), "\x00", newLink(t, NewLinks(1), "gother")}
	for i := range code {
		changed := []byte(code)
		changed[i] ^= 1
		others = append(others, string(changed))
	}
	for _, other := range others {
		if to, ok := l.Use(other); ok {
			t.Errorf("%q leads to %+v", other, to)
		}
	}
	if _, ok := l.Use(code); !ok {
		t.Error("the code itself leads nowhere")
	}
}
