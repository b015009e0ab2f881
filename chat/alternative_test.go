package chat

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAlternative(t *testing.T) {
	const couple = "👩‍❤️‍👨" // six characters; a cut leaves a pair of emoji, never a loose joiner
	for _, tt := range []struct {
		name  Name
		taken []Name
		want  Name
	}{
		{"Ann", nil, "Ann 2"},
		{"Ann", []Name{"Ann 2", "Ann 3"}, "Ann 4"},
		{"Ann 2", nil, "Ann 3"},
		{"Ann 0", nil, "Ann 0 2"},
		{"Ann 02", nil, "Ann 02 2"},
		{"Ann 1984", nil, "Ann 1984 2"},
		{"7", nil, "7 2"},
		{"홍길동", []Name{"홍길동 2"}, "홍길동 3"},
		{"مريم", nil, "مريم 2"},
		{Name(strings.Repeat("가", 40)), nil, Name(strings.Repeat("가", 38) + " 2")},
		{Name(strings.Repeat("a", 37) + " bc"), nil, Name(strings.Repeat("a", 37) + " 2")},
		{Name(strings.Repeat("a", 34) + couple), nil, Name(strings.Repeat("a", 34) + "👩‍❤️ 2")},
		{"\x00", nil, ""}, // not from ParseName
	} {
		if got := tt.name.Alternative(func(n Name) bool { return slices.Contains(tt.taken, n) }); got != tt.want {
			t.Errorf("Alternative(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAlternativeGivesUp(t *testing.T) {
	asked := make(map[Name]bool)
	got := Name("Ann").Alternative(func(n Name) bool {
		if asked[n] {
			t.Errorf("%q is asked about twice", n)
		}
		asked[n] = true
		return true
	})
	if got != "" || len(asked) < 20 || len(asked) > 100 {
		t.Errorf("Alternative = %q after %d names, want none after some dozens", got, len(asked))
	}
}

func FuzzAlternative(f *testing.F) {
	for _, seed := range []string{"Ann", "Ann 9", "홍길동", strings.Repeat("👩‍💻", 13), strings.Repeat("\u0301", 40)} {
		f.Add(seed, uint8(3))
	}
	f.Fuzz(func(t *testing.T, s string, taken uint8) {
		name, err := ParseName(s)
		if err != nil {
			return
		}
		var last Name
		got := name.Alternative(func(n Name) bool {
			last, taken = n, taken-min(taken, 1)
			return taken > 0
		})
		again, err := ParseName(string(got))
		switch {
		case got == "" && taken > 0:
		case err != nil || again != got || got != last:
			t.Errorf("%q has the alternative %q, which parses as %q, %v; last asked: %q", name, got, again, err, last)
		case got.Skeletons().Alike(name.Skeletons()):
			t.Errorf("%q has the alternative %q, which looks like it", name, got)
		case utf8.RuneCountInString(string(got)) > MaxNameLength:
			t.Errorf("%q has the alternative %q, which is too long", name, got)
		}
	})
}
