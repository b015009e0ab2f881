// Hangul as it is typed: a syllable is put together from letters (jamo), and until its last one
// is there it is another syllable.

const firstSyllable = 0xac00;
const syllables = 11_172;
const initials = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const vowels = [..."ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"];
const finals = ["", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];

// Letters that are typed as two, one after the other.
const pairs = new Map(Object.entries({
  ㅘ: "ㅗㅏ", ㅙ: "ㅗㅐ", ㅚ: "ㅗㅣ", ㅝ: "ㅜㅓ", ㅞ: "ㅜㅔ", ㅟ: "ㅜㅣ", ㅢ: "ㅡㅣ",
  ㄳ: "ㄱㅅ", ㄵ: "ㄴㅈ", ㄶ: "ㄴㅎ", ㄺ: "ㄹㄱ", ㄻ: "ㄹㅁ", ㄼ: "ㄹㅂ", ㄽ: "ㄹㅅ", ㄾ: "ㄹㅌ", ㄿ: "ㄹㅍ", ㅀ: "ㄹㅎ", ㅄ: "ㅂㅅ",
}));

// Returns the letters of a character as they are typed; of one that is not Hangul, the character.
export function letters(character) {
  const at = character.codePointAt(0) - firstSyllable;
  if (at < 0 || at >= syllables) return pairs.get(character) ?? character;
  const parts = [initials[Math.floor(at / 588)], vowels[Math.floor(at / 28) % 21], finals[at % 28]];
  return parts.map((part) => pairs.get(part) ?? part).join("");
}

export const isConsonant = (letter) => letter >= "ㄱ" && letter <= "ㅎ";

export const isVowel = (letter) => letter >= "ㅏ" && letter <= "ㅣ";
