package chat

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// typed are names with emoji as keyboards type them.
var typed = []string{
	"❤️", "❤︎", "Mina ☀️", "☝🏽", "☝️", "™️", "‼️", "ℹ️", "Mina ❤️‍🔥 Jo",
	"👩‍💻 Jo", "👩🏽‍💻", "👨‍👩‍👧‍👦", "👩🏻‍❤️‍💋‍👨🏿", "🏳️‍🌈", "🏴‍☠️", "🐻‍❄️", "👁️‍🗨️", "🙂‍↔️", "⛓️‍💥",
	"1️⃣", "#️⃣", "*️⃣0️⃣", "🇰🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Ann", "👍🏿", "🈁", "🉑", "🅰️",
	"🫩", "\U0001fadd", "\U0001faff", "\U0001f6d8\u200d\U0001f7fa", // of Unicode 16 and of none so far
	"علی\u200cرضا", "क्\u200dष", // joiners that belong to the script
}

func TestNamesWithEmoji(t *testing.T) {
	for _, s := range typed {
		for _, in := range []string{s, " " + s + "\u3000", "a" + s + "b"} {
			name, err := ParseName(in)
			want := strings.ReplaceAll(strings.Trim(in, " \u3000"), "  ", " ")
			if err != nil || string(name) != want {
				t.Errorf("ParseName(%+q) = %+q, %v; want %+q", in, name, err, want)
			}
		}
	}
}

// What changes the looks of emoji is nothing that may stand unseen in a name.
func TestNamesWithHalfEmoji(t *testing.T) {
	for _, s := range []string{
		"Mi\u200dna", "Mi\u200cna", "Mina\ufe0f", "Mina\ufe0e", "1\ufe0f", "\u20e3\ufe0f", "a\ufe0f\u20e3",
		"❤\ufe0f\ufe0f", "❤\ufe0e\ufe0f", "\u200d👩", "👩\u200d", "👩\u200d\u200d💻", "👩\u200da", "a\u200d👩", "1\u200d👩", "\ufe0f", "\u200d",
		"🏴\U000e0067", "🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f", "🏳\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
		"😀\U000e0061", "\U000e0001", "葛\U000e0100", "\u2605\ufe0f", "\U0001fb00\ufe0f", "\U0001fbff\u200d😀", "🇰\u200d🇷",
	} {
		name, err := ParseName(s)
		if wantCode(t, err, "user_name", "bad_character"); err == nil {
			t.Errorf("ParseName(%+q) = %+q", s, name)
		}
	}
}

func TestNamesWithMarksAround(t *testing.T) {
	for _, s := range []string{
		"\u200eMina", "Mina\u200f", "\u200e Mina \u200e", "\u061cMina", "\u2068Mina\u2069", "\u202aMina\u202c", " \u200f\u200f\u00a0Mina",
	} {
		if name, err := ParseName(s); err != nil || name != "Mina" {
			t.Errorf("ParseName(%+q) = %+q, %v", s, name, err)
		}
	}
	for s, code := range map[string]string{
		"Mi\u200ena": "bad_character", "\u202eMina": "bad_character", "\u200bMina": "bad_character", "\nMina": "bad_character",
		"\u200e": "empty", " \u200f ": "empty",
	} {
		name, err := ParseName(s)
		if wantCode(t, err, "user_name", code); err == nil {
			t.Errorf("ParseName(%+q) = %+q", s, name)
		}
	}
}

// TestEmojiKeys: who takes a name that looks like another's is the same person in a room.
func TestEmojiKeys(t *testing.T) {
	for _, alike := range [][]Name{
		{"Mina ❤️", "MINA ❤", "mina ❤︎"},
		{"1️⃣", "1⃣"},
		{"👩‍💻", "👩💻"},
		{"🏳️‍🌈", "🏳‍🌈", "🏳🌈"},
		{"™️", "TM", "tm"},
		{"ℹ️", "I"},
		{"🫩 Jo", "🫩 jo"},
		{"🏴󠁧󠁢󠁥󠁮󠁧󠁿 a", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 A"},
	} {
		for _, name := range alike[1:] {
			if name.Key() != alike[0].Key() {
				t.Errorf("%+q has the key %+q, and %+q the key %+q", name, name.Key(), alike[0], alike[0].Key())
			}
		}
	}
	for _, pair := range [][2]Name{{"👍🏻", "👍🏿"}, {"🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"}, {"🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴"}, {"❤️", "💚"}, {"🫩", "🫪"}} {
		if pair[0].Key() == pair[1].Key() {
			t.Errorf("%+q and %+q have the key %+q", pair[0], pair[1], pair[0].Key())
		}
	}
}

// FuzzEmoji: what is taken out of a text can be put back, and nothing but an emoji hides
// what cannot be seen.
func FuzzEmoji(f *testing.F) {
	for _, s := range append(slices.Clone(typed), "Mi\u200dna", "👩\u200d\u200d💻", "😀😀a😀", "\xff1️⃣", "🏴\U000e0067") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain, emoji := takeEmoji(s)
		if strings.Count(plain, anyEmoji) != len(emoji) || putEmoji(plain, emoji) != s {
			t.Errorf("%+q became %+q and %+q", s, plain, emoji)
		}
		name, err := ParseName(s)
		if err != nil {
			return
		}
		plain, _ = takeEmoji(string(name))
		if strings.ContainsFunc(plain, func(r rune) bool {
			return unicode.In(r, unicode.Variation_Selector, unicode.Cc) || unicode.In(r, unicode.Cf) && r != '\u200c' && r != '\u200d' // as the script needs them
		}) {
			t.Errorf("%+q holds what cannot be seen", name)
		}
		again, err := ParseName(string(name))
		if err != nil || again != name || again.Key() != name.Key() {
			t.Errorf("%+q parses as %+q, %v", name, again, err)
		}
		if bare, err := ParseName(bareEmoji.Replace(string(name))); err == nil && !strings.ContainsAny(plain, zwj) && bare.Key() != name.Key() {
			t.Errorf("%+q has the key %+q, and without selectors %+q", name, name.Key(), bare.Key())
		}
	})
}

func TestEmojiSize(t *testing.T) {
	for _, s := range []string{"😀", "❤️", "❤", "⭐", "👩🏽‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇰🇷", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "™️"} {
		if size := EmojiSize(s + "😀"); size != len(s) {
			t.Errorf("EmojiSize(%+q) = %d, want %d", s, size, len(s))
		}
	}
	for _, s := range []string{"", "a", "1", "©", "™", "→", "↔", "❤\ufe0e", "가", "ㅋ", "🇰", "\u200d", "\xff"} {
		if size := EmojiSize(s); size != 0 {
			t.Errorf("EmojiSize(%+q) = %d, want 0", s, size)
		}
	}
}
