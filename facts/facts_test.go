package facts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/facts"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// history applies events one after the other.
type history struct {
	*facts.Facts
	seq uint64
}

func newHistory() *history { return &history{Facts: facts.New()} }

func (h *history) add(at time.Time, room chat.Room, body chat.Body) bool {
	h.seq++
	return h.Apply(chat.Event{ID: chat.ID{Epoch: "e1", Seq: h.seq}, Time: at, Room: room, Body: body})
}

func (h *history) claim(name chat.Name, owner chat.PersonID, at time.Time) {
	h.add(at, "", chat.NameClaim{Name: name, Owner: owner})
}

func wantTaken(t *testing.T, f *facts.Facts, name chat.Name, by chat.PersonID, at time.Time, want bool) {
	t.Helper()
	if got := f.Taken(name, by, at); got != want {
		t.Errorf("taken %q for %q after %v: %v, want %v", name, by, at.Sub(start), got, want)
	}
}

func wantOwner(t *testing.T, f *facts.Facts, name chat.Name, at time.Time, want chat.PersonID) {
	t.Helper()
	if got := f.Owner(name, at); got != want {
		t.Errorf("the owner of %q after %v is %q, want %q", name, at.Sub(start), got, want)
	}
}

func TestClaimedNameIsTheOwners(t *testing.T) {
	h := newHistory()
	wantTaken(t, h.Facts, "Ann", "", start, false)
	h.claim("Ann", "g1", start)
	for _, alike := range []chat.Name{"Ann", "ANN", "Аnn", "A\u0332nn"} {
		wantTaken(t, h.Facts, alike, "g1", start, false)
		wantTaken(t, h.Facts, alike, "g2", start, true)
		wantTaken(t, h.Facts, alike, "", start, true)
		wantOwner(t, h.Facts, alike, start, "g1")
	}
	wantTaken(t, h.Facts, "Anna", "g2", start, false)
	wantOwner(t, h.Facts, "Anna", start, "")
}

func TestFirstClaimInTheLogCounts(t *testing.T) {
	h := newHistory()
	h.claim("Ann", "g1", start)
	h.claim("аnn", "g2", start) // lost the race
	wantOwner(t, h.Facts, "Ann", start, "g1")
	h.claim("ann", "g2", start.Add(facts.Ownership-1))
	wantOwner(t, h.Facts, "Ann", start.Add(facts.Ownership-1), "g1")
}

func TestOwnershipEnds(t *testing.T) {
	h := newHistory()
	h.claim("Ann", "g1", start)
	renewed := start.Add(24 * time.Hour)
	h.claim("Ann", "g1", renewed)
	end := renewed.Add(facts.Ownership)
	wantTaken(t, h.Facts, "Ann", "g2", end.Add(-1), true)
	wantTaken(t, h.Facts, "Ann", "g2", end, false)
	wantOwner(t, h.Facts, "Ann", end, "")
	h.claim("Ann", "g2", end)
	wantTaken(t, h.Facts, "Ann", "g1", end, true)
}

func TestNameThatLooksLikeTwo(t *testing.T) {
	h := newHistory()
	h.claim("Ian", "g1", start)
	h.claim("Lan", "g2", start)
	for _, person := range []chat.PersonID{"g1", "g2", "g3"} {
		wantTaken(t, h.Facts, "lan", person, start, true)
	}
	h.claim("lan", "g3", start)
	wantTaken(t, h.Facts, "Ian", "g1", start, false)
	wantTaken(t, h.Facts, "Lan", "g2", start, false)
}

func TestReleasedName(t *testing.T) {
	h := newHistory()
	h.claim("Ian", "g1", start)
	h.claim("Bob", "g1", start)
	h.claim("lan", "", start)
	wantTaken(t, h.Facts, "IAN", "g2", start, false)
	wantTaken(t, h.Facts, "lan", "g2", start, false)
	wantTaken(t, h.Facts, "Bob", "g2", start, true)
	h.claim("Ian", "g2", start)
	wantOwner(t, h.Facts, "Ian", start, "g2")
}

// A person has the names that they have claimed, until those are somebody else's.
func TestNamesOfAPerson(t *testing.T) {
	h := newHistory()
	want := func(by chat.PersonID, at time.Time, names ...chat.Name) {
		t.Helper()
		if got := h.Names(by, at); !slices.Equal(got, names) {
			t.Errorf("%s has %q, want %q", by, got, names)
		}
	}
	h.claim("Ian", "g1", start)
	h.claim("Bob", "g1", start)
	h.claim("Bob", "g2", start) // lost the race
	want("g1", start, "Bob", "Ian")
	want("g2", start)
	h.claim("Ian", "g1", start.Add(time.Hour))
	want("g1", start, "Ian", "Bob")
	want("g1", start.Add(facts.Ownership), "Ian")
	h.claim("lan", "", start)
	want("g1", start, "Bob")
	h.claim("Ian", "g2", start)
	want("g2", start, "Ian")
	for i := range 20 {
		h.claim(chat.Name(fmt.Sprint("guest ", i)), "g1", start)
	}
	if got := h.Names("g1", start); len(got) != 10 || got[0] != "guest 19" {
		t.Errorf("g1 has %q", got)
	}
}

func TestShouldClaim(t *testing.T) {
	h := newHistory()
	for _, tt := range []struct {
		claim chat.Name // before the question, unless empty
		name  chat.Name
		by    chat.PersonID
		after time.Duration
		want  bool
	}{
		{"", "Ian", "g1", 0, true},
		{"Ian", "Ian", "g1", 23 * time.Hour, false},
		{"", "IAN", "g1", 23 * time.Hour, false}, // whose looks are Ian's
		{"", "lan", "g1", 23 * time.Hour, true},
		{"lan", "lan", "g1", 23 * time.Hour, false},
		{"", "Ian", "g1", 23 * time.Hour, false}, // else who takes turns would claim with each message
		{"", "Ian", "g1", 25 * time.Hour, true},
		{"", "Ian", "g2", 0, true},
	} {
		if tt.claim != "" {
			h.claim(tt.claim, tt.by, start)
		}
		if got := h.ShouldClaim(tt.name, tt.by, start.Add(tt.after)); got != tt.want {
			t.Errorf("after %v %s should claim %q: %v, want %v", tt.after, tt.by, tt.name, got, tt.want)
		}
	}
}

func TestTokenOwnsItsName(t *testing.T) {
	h := newHistory()
	h.claim("ci", "g1", start)
	one := chat.Token{ID: "1", Name: "CI", Hash: "h1", Write: true}
	two := chat.Token{ID: "2", Name: "ci", Hash: "h2", Room: "builds", Write: true}
	h.add(start, "", one)
	h.add(start, "", two)
	h.claim("ci", "g1", start.Add(time.Hour)) // too late
	later := start.Add(10 * facts.Ownership)
	for _, token := range []chat.Token{one, two} {
		wantTaken(t, h.Facts, token.Name, token.Person().ID, later, false)
	}
	wantTaken(t, h.Facts, "ci", "g1", start, true)
	wantTaken(t, h.Facts, "СI", "", later, true)
	wantOwner(t, h.Facts, "ci", later, one.Person().ID)
	if h.ShouldClaim("ci", one.Person().ID, start) {
		t.Error("a token should claim its own name")
	}

	one.Revoked = true
	h.add(later, "", one)
	wantOwner(t, h.Facts, "ci", later, two.Person().ID)
	wantTaken(t, h.Facts, "ci", one.Person().ID, later, true)
	two.Revoked = true
	h.add(later, "", two)
	wantOwner(t, h.Facts, "ci", later, "")
	wantOwner(t, h.Facts, "ci", start, "g1") // as before the tokens
}

func TestTokens(t *testing.T) {
	h := newHistory()
	if got, ok := h.TokenByHash("h1"); ok {
		t.Errorf("there is a token %+v", got)
	}
	one, two := chat.Token{ID: "1", Name: "ci", Hash: "h1"}, chat.Token{ID: "2", Name: "bot", Hash: "h2"}
	h.add(start, "", one)
	h.add(start, "", two)
	one.Revoked, one.Hash = true, "h3"
	h.add(start, "", one)
	for hash, want := range map[string]chat.Token{"h1": {}, "h2": two, "h3": one} {
		if got, ok := h.TokenByHash(hash); got != want || ok != (want != chat.Token{}) {
			t.Errorf("the token of hash %s is %+v, %v", hash, got, ok)
		}
	}
	if got, ok := h.TokenByID("1"); got != one || !ok {
		t.Errorf("token 1 is %+v, %v", got, ok)
	}
	if got := h.Tokens(); !slices.Equal(got, []chat.Token{one, two}) {
		t.Errorf("the tokens are %+v", got)
	}
}

func TestRoom(t *testing.T) {
	h := newHistory()
	tea := chat.RoomState{Topic: "Tea", Archived: true}
	h.add(start, "tea", chat.RoomState{Topic: "Coffee"})
	h.add(start, "tea", tea)
	if got := h.Room("tea"); got != tea {
		t.Errorf("the room is %+v", got)
	}
	if got := h.Room("lobby"); got != (chat.RoomState{}) {
		t.Errorf("a room of which nothing is set is %+v", got)
	}
}

func TestApplyTellsWhatCounts(t *testing.T) {
	for _, kind := range chat.Kinds {
		var want bool
		switch kind.Sample.(type) {
		case chat.NameClaim, chat.Token, chat.Webhook, chat.RoomState:
			want = true
		}
		if got := newHistory().add(start, "lobby", kind.Sample); got != want {
			t.Errorf("%s: %v, want %v", kind.Name, got, want)
		}
	}
	h := newHistory()
	h.claim("Ann", "g1", start)
	h.seq--
	h.claim("Bob", "g1", start) // at the same position
	wantOwner(t, h.Facts, "Bob", start, "")
}

// Whatever is claimed in whatever order, a name is taken exactly if somebody else's claim to
// a name that looks like it counted and is not over.
func TestTakenFollowsFromTheClaims(t *testing.T) {
	type claim struct {
		skeletons chat.Skeletons
		owner     chat.PersonID
		at        time.Time
	}
	names := []chat.Name{"Ian", "IAN", "lan", "Lan", "1an", "Νina", "Nina", "ΝΙΝΑ", "νινα", "Vina", "홍길동"}
	people := []chat.PersonID{"g1", "g2", "g3"}
	skeletons := make(map[chat.Name]chat.Skeletons)
	for _, name := range names {
		skeletons[name] = name.Skeletons()
	}
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		var counted []claim
		taken := func(name chat.Name, by chat.PersonID, at time.Time) bool {
			return slices.ContainsFunc(counted, func(c claim) bool {
				return c.owner != by && at.Sub(c.at) < facts.Ownership && c.skeletons.Alike(skeletons[name])
			})
		}
		h, now := newHistory(), start
		for range 60 {
			now = now.Add(time.Duration(random.Int64N(int64(facts.Ownership) / 8)))
			name, person := names[random.IntN(len(names))], people[random.IntN(len(people))]
			if !taken(name, person, now) {
				counted = append(counted, claim{skeletons[name], person, now})
			}
			h.claim(name, person, now)
			for _, name := range names {
				for _, by := range people {
					if got, want := h.Taken(name, by, now), taken(name, by, now); got != want {
						t.Fatalf("seed %d: %q is taken for %s: %v, want %v", seed, name, by, got, want)
					}
				}
			}
		}
	}
}

// Names that are no longer owned do not take memory for ever, and those that are stay.
func TestManyNames(t *testing.T) {
	h := newHistory()
	at := start
	for i := range 10_000 {
		at = at.Add(time.Hour)
		h.claim(chat.Name(fmt.Sprintf("guest %d", i)), chat.PersonID(fmt.Sprintf("g%d", i)), at)
	}
	live := int(facts.Ownership / time.Hour)
	for i := range 10_000 {
		wantTaken(t, h.Facts, chat.Name(fmt.Sprintf("guest %d", i)), "", at, i >= 10_000-live)
	}
	if got := h.Claims(); got > 3*live+2048 {
		t.Errorf("%d claims are in memory, of which %d are live", got, live)
	}
}

func BenchmarkTaken(b *testing.B) {
	h := newHistory()
	for i := range 10_000 {
		h.claim(chat.Name(fmt.Sprintf("guest %d", i)), chat.PersonID(fmt.Sprintf("g%d", i)), start)
	}
	for _, name := range []chat.Name{"ann", "guest 42", "홍길동", "Владимир"} {
		b.Run(string(name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Taken(name, "g42", start)
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				h.Taken("guest 42", "g42", start)
			}
		})
	})
	b.Run("nobody owns a name", func(b *testing.B) {
		empty := facts.New()
		for b.Loop() {
			empty.Taken("guest 42", "", start)
		}
	})
}

// What a claim costs the start of the program.
func BenchmarkApply(b *testing.B) {
	for _, name := range []string{"guest", "손님"} {
		b.Run(name, func(b *testing.B) {
			h, at := newHistory(), start
			for b.Loop() {
				at = at.Add(time.Minute)
				i := h.seq % 1000
				h.claim(chat.Name(fmt.Sprintf("%s %d", name, i)), chat.PersonID(fmt.Sprintf("g%d", i)), at)
			}
		})
	}
}
