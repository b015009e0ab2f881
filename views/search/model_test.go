package search_test

import (
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/search"
	"plainchat/views/viewstest"
)

// model is what an index has to find, the simple way.
type model map[uint64]struct {
	room, text string
}

func (m model) find(room, word string) (found []uint64) {
	for seq, msg := range m {
		if (room == "" || msg.room == room) && slices.Contains(strings.Fields(msg.text), word) {
			found = append(found, seq)
		}
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found
}

// TestModel: after any messages, edits and deletions, an index that followed them, one that
// was closed in between, and one that is made anew find the same, and what they should.
func TestModel(t *testing.T) {
	words := strings.Fields("tea teapot 차 녹차 차나무 leaf été ete 東京 a b")
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0)) // #nosec G404 -- a test
	log, want := viewstest.New(), model{}
	folder := t.TempDir()
	openAt := func(name string) (*search.Index, *views.Projector) {
		p := views.Start(views.Options{Path: filepath.Join(folder, name), Log: log, Views: []views.View{search.View{}}, Share: 0.9, Logger: slog.New(slog.DiscardHandler)})
		viewstest.Settle(t, p)
		return search.New(p), p
	}
	text := func() string {
		some := make([]string, 1+random.IntN(4))
		for i := range some {
			some[i] = words[random.IntN(len(words))]
		}
		return strings.Join(some, " ")
	}
	live, following := openAt("live.db")
	defer following.Close()
	for range 5 {
		_, closing := openAt("closed.db")
		for range 60 {
			of, text := 1+random.Uint64N(uint64(len(want))+1), text()
			switch old, there := want[of]; {
			case !there || random.IntN(3) > 0:
				room := string(rune('p' + random.IntN(3)))
				want[log.Append(chat.Room(room), "Ann", chat.Message{Text: text})] = struct{ room, text string }{room, text}
			case random.IntN(2) == 0:
				log.Append(chat.Room(old.room), "Ann", chat.Edit{Of: of, Text: text})
				want[of] = struct{ room, text string }{old.room, text}
			default:
				log.Append(chat.Room(old.room), "Ann", chat.Delete{Of: of})
				delete(want, of)
			}
		}
		if err := closing.Close(); err != nil {
			t.Fatal(err)
		}
	}
	viewstest.Settle(t, following)
	closed, closing := openAt("closed.db")
	defer closing.Close()
	anew, building := openAt("anew.db")
	defer building.Close()
	for name, x := range map[string]*search.Index{"live": live, "closed in between": closed, "made anew": anew} {
		for _, room := range []string{"", "p", "q", "none"} {
			for _, word := range []string{"tea", "teapot", "leaf", "녹차", "차나무", "東京", "a", "b"} {
				q := search.Query{Text: word, Limit: 1000}
				if room != "" {
					q.Rooms = []chat.Room{chat.Room(room)}
				}
				if got, wanted := find(t, x, q), want.find(room, word); !slices.Equal(got, wanted) {
					t.Errorf("seed %d: the index %s finds %q in %q in %d, want %d", seed, name, word, room, got, wanted)
				}
			}
		}
	}
}
