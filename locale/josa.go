package locale

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// particle returns the form of a Korean particle that follows a word: of the pair 이/가 the first
// after a final consonant, the second after a vowel; 으로/로 has the second after ㄹ too. Where
// nobody can know how the word is read, both are there, as people write it: 이(가), (으)로.
// josa.js has the same; testdata/josa.json holds both to it.
func particle(word, pair string) string {
	first, second, ok := strings.Cut(pair, "/")
	if !ok {
		return pair
	}
	switch sound := endOf(word); {
	case sound == unknown:
		if stem, ok := strings.CutSuffix(first, second); ok {
			return "(" + stem + ")" + second
		}
		return first + "(" + second + ")"
	case sound == vowel, sound == liquid && strings.HasPrefix(first, "으"):
		return second
	}
	return first
}

// ending is what a word ends with as it is read in Korean.
type ending int

const (
	unknown   ending = iota
	vowel            // 가
	liquid           // 갈
	consonant        // 각
)

// endOf returns what a word ends with. Signs and emoji at its end are not read.
func endOf(word string) ending {
	word = strings.TrimRightFunc(norm.NFC.String(word), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	letters := []rune(word)
	if len(letters) == 0 {
		return unknown
	}
	switch last := letters[len(letters)-1]; {
	case '가' <= last && last <= '힣':
		return endOfSyllable(last)
	case 'ㄱ' <= last && last <= 'ㅎ': // 기역, 니은, …
		if last == 'ㄹ' {
			return liquid
		}
		return consonant
	case last == 'ん', last == 'ン':
		return consonant
	case 'ㅏ' <= last && last <= 'ㅣ', unicode.In(last, unicode.Hiragana, unicode.Katakana):
		return vowel
	case '0' <= last && last <= '9': // 영 일 이 삼 사 오 육 칠 팔 구, and 십, 백, 천, 만
		return [...]ending{consonant, liquid, vowel, consonant, vowel, vowel, consonant, liquid, liquid, vowel}[last-'0']
	case unicode.Is(unicode.Latin, last):
		word := latinWord(letters)
		if n := len(letters) - len(word); word != "" && n > 0 && '0' <= letters[n-1] && letters[n-1] <= '9' { // a unit, such as 4MiB
			return endOfLetter(word[len(word)-1:])
		}
		return endOfLatin(word)
	}
	return unknown
}

// endOfSyllable reads a syllable's final consonant from its place in Unicode (section 3.12).
func endOfSyllable(syllable rune) ending {
	const finals, rieul = 28, 8
	switch (syllable - '가') % finals {
	case 0:
		return vowel
	case rieul:
		return liquid
	}
	return consonant
}

// latinWord is the letters A to Z at the end, without their marks.
func latinWord(letters []rune) string {
	plain := []rune(norm.NFD.String(string(letters)))
	word := ""
	for i := len(plain) - 1; i >= 0; i-- {
		switch r := plain[i]; {
		case unicode.Is(unicode.Mn, r):
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			word = string(r) + word
		default:
			return word
		}
	}
	return word
}

// endOfLatin follows the rules by which Korean writes English (외래어 표기법). It goes by letters,
// not by sounds, so it is right for most words and not for all.
func endOfLatin(word string) ending {
	lower := strings.ToLower(word)
	switch {
	case word == "":
		return unknown
	case word == strings.ToUpper(word), !strings.ContainsAny(lower, vowels): // read letter by letter: URL is 유알엘
		return endOfLetter(lower[len(lower)-1:])
	case strings.HasSuffix(lower, "ng"):
		return consonant
	}
	if stem, ok := strings.CutSuffix(lower, "e"); ok { // silent: Jane is 제인
		if !strings.ContainsAny(stem, vowels) || !strings.ContainsAny(stem[len(stem)-1:], "lmn") {
			return vowel
		}
		lower = stem
	}
	switch stem, last := lower[:len(lower)-1], lower[len(lower)-1]; last {
	case 'l':
		return liquid
	case 'm', 'n':
		return consonant
	case 'b', 'c', 'k', 'p', 't':
		return endOfStop(stem, last)
	}
	return vowel
}

const vowels = "aeiouy"

// endOfLetter is of a letter's name: 엘, 엠, 엔, 알.
func endOfLetter(letter string) ending {
	switch strings.ToLower(letter) {
	case "l", "r":
		return liquid
	case "m", "n":
		return consonant
	}
	return vowel
}

// endOfStop is of a word that ends in a stop: after one short vowel that is a final consonant
// (Bob is 밥, Jack 잭), otherwise a syllable of its own (Mark is 마크, Kate 케이트).
func endOfStop(stem string, last byte) ending {
	if strings.HasSuffix(stem, "oo") && last == 'k' { // book is 북
		return consonant
	}
	if rest := len(stem) - 1; rest > 0 && (stem[rest] == last || stem[rest] == 'c' && last == 'k') {
		stem = stem[:rest]
	}
	end := len(stem) - 1
	if end < 0 || !strings.ContainsAny(stem[end:], vowels) || end > 0 && strings.ContainsAny(stem[end-1:end], vowels) && stem[end-1:] != "io" {
		return vowel
	}
	return consonant
}
