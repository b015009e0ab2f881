package chat

import (
	"strings"
	"testing"
	"unicode"
)

func TestNamesThatLookAlike(t *testing.T) {
	for _, tt := range []struct{ what, a, b string }{
		{"case", "Ann Lee", "aNN lEE"},
		{"case of sharp s", "Weiß", "WEISS"},
		{"full width", "Ann", "Ａｎｎ"},
		{"Cyrillic", "Ann", "Аnn"},
		{"small Cyrillic", "Ann", "аnn"},
		{"Cyrillic capitals", "Mom", "МОМ"},
		{"Cyrillic as a whole", "Pacex", "Расех"},
		{"Greek capital whose small letter is another", "Nina", "Νina"},
		{"Greek capitals", "Nina", "ΝΙΝΑ"},
		{"Greek case", "Νίκος", "ΝΊΚΟΣ"},
		{"Greek last sigma", "ΝΊΚΟΣ", "νίκοσ"},
		{"I and l", "Ian", "lan"},
		{"I and 1", "Ian", "1an"},
		{"I and a bar", "Ian", "|an"},
		{"I and l in capitals", "Ian", "lAN"},
		{"0 and O", "B0b", "bob"},
		{"rn and m", "Mom", "rnorn"},
		{"rn and m in capitals", "MOM", "rnom"},
		{"mathematical letters", "Ann", "𝐀𝓷𝔫"},
		{"Cyrillic and Latin capitals", "Admin", "АDМIN"},
		{"Cyrillic capitals, with an L", "Milla", "МІLLА"},
		{"dotless i", "Nina", "Nına"},
		{"Turkish capital I", "İnci", "inci"},
		{"a dot on an i", "Nina", "Ni\u0307na"},
		{"composed", "Zoé", "Zoe\u0301"},
		{"a line below", "Ann", "A\u0332nn"},
		{"a line through", "Ann", "An\u0336n"},
		{"many marks", "Ann", "A\u0332\u0333\u0347n\u034en"},
		{"a second mark", "Zoé", "Zoé\u0301"},
		{"zero width", "Ann", "A\u200bn\u200d\ufeffn"},
		{"a soft hyphen", "Ann", "A\u00adnn"},
		{"a variation selector", "Ann", "A\ufe0fnn"},
		{"empty braille", "Ann", "Ann\u2800"},
		{"an emoji's selector", "❤️ Ann", "❤ Ann"},
		{"Hangul, decomposed", "홍길동", "\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc"},
		{"Hangul, half width", "ㅎㅗ", "ﾾￌ"},
	} {
		if a, b := Name(tt.a).Skeletons(), Name(tt.b).Skeletons(); !a.Alike(b) {
			t.Errorf("%s: %q and %q are not alike: %+v, %+v", tt.what, tt.a, tt.b, a, b)
		}
	}
}

func TestNamesThatDiffer(t *testing.T) {
	for _, names := range [][]string{
		{"Ann", "Anna", "Ann 2", "Ann 3", "A nn", "Anne"},
		{"Nan", "Van", "Ian", "Lan", "Han", "Jan"},
		{"Zoé", "Zoe", "Zoè"},
		{"Bjørn", "Bjorn"},
		{"Гена", "Лена", "Андрей", "Андреи"},
		{"홍길동", "홍길돈", "홍길등", "김", "긴", "까", "가"},
		{"かき", "がき", "カギ", "田中", "由中"},
		{"कमल", "कमला", "किमल"},
		{"แดง", "แด่ง"},
		{"😀", "😁", "👩‍💻", "👨‍💻", "🏴", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "🇰🇷", "🇰🇵"},
		{"\U0001faea", "\U0001faeb"}, // emoji of a Unicode that is yet to come
	} {
		for i, a := range names {
			for _, b := range names[:i] {
				if a, b := Name(a).Skeletons(), Name(b).Skeletons(); a.Alike(b) {
					t.Errorf("%q and %q are alike: %+v, %+v", names[i], b, a, b)
				}
			}
		}
	}
}

// All syllables of Hangul are told apart, although skeletons are of their letters.
func TestSyllablesOfHangulDiffer(t *testing.T) {
	var seen [3]map[string]rune
	for reading := range seen {
		seen[reading] = make(map[string]rune)
	}
	for r := '가'; r <= '힣'; r++ {
		for reading, skeleton := range Name(string(r)).Skeletons() {
			if other, ok := seen[reading][skeleton]; ok {
				t.Errorf("%c and %c have one skeleton", r, other)
			}
			seen[reading][skeleton] = r
		}
	}
}

// Every character settles, so that a skeleton does not depend on the number of passes.
func TestEveryCharacterSettles(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		for _, lower := range []func(rune) rune{lower, lowerButL} {
			if once := settle(string(r), lower); settle(once, lower) != once {
				t.Errorf("%U: the skeleton of %q is %q", r, once, settle(once, lower))
			}
		}
	}
}

func FuzzSkeletons(f *testing.F) {
	for _, seed := range []string{"Ann", "Ｍ0m |1Il", "Νίκος", "홍길동", "❤️ A\u0332", "İ\u0307", "%\"`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := ParseName(s)
		if err != nil {
			return
		}
		skeletons := name.Skeletons()
		for reading, lower := range []func(rune) rune{folded: lower, withI: lower, withL: lowerButL} {
			if s := skeletons[reading]; s == "" || settle(s, lower) != s {
				t.Errorf("%q: the skeleton of %q is %q", name, s, settle(s, lower))
			}
		}
		for _, variant := range []string{name.Key(), strings.ToUpper(string(name)), strings.ToLower(string(name))} {
			same, err := ParseName(variant)
			if err == nil && same.Key() == name.Key() && same.Skeletons()[folded] != skeletons[folded] {
				t.Errorf("%q has the skeletons %q, %q has %q", name, skeletons, same, same.Skeletons())
			}
		}
		if !isASCII(string(name)) {
			return
		}
		byRule := Skeletons{settle(name.Key(), lower), settle(strings.Map(smallI, string(name)), lower), settle(string(name), lowerButL)}
		if skeletons != byRule {
			t.Errorf("%q has the skeletons %q by the tables of ASCII, but %q without", name, skeletons, byRule)
		}
	})
}

func BenchmarkSkeletons(b *testing.B) {
	for _, name := range []Name{"ann", "Ann Lee", "william.montgomery", "홍길동", "Владимир", "👩‍💻 Ann"} {
		b.Run(string(name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				name.Skeletons()
			}
		})
	}
}
