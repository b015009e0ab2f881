// The particles of Korean (조사), which differ by what they follow. locale/josa.go has the same.

const unknown = 0, vowel = 1, liquid = 2, consonant = 3; // as in 王, 가, 갈, 각

// 영 일 이 삼 사 오 육 칠 팔 구
const digits = [consonant, liquid, vowel, consonant, vowel, vowel, consonant, liquid, liquid, vowel];

// Returns the form of a particle that follows a word: of the pair 이/가 the first after a final
// consonant, the second after a vowel; both where nobody can know how the word is read.
export function particle(word, pair) {
  const [first, second] = pair.split("/");
  if (second === undefined) return pair;
  const sound = endOf(word);
  if (sound === unknown) {
    return first.endsWith(second) ? `(${first.slice(0, -second.length)})${second}` : `${first}(${second})`;
  }
  return sound === vowel || sound === liquid && first.startsWith("으") ? second : first;
}

// What a word ends with. Signs and emoji at its end are not read.
function endOf(word) {
  const read = word.normalize("NFC").replace(/[^\p{L}\p{Nd}]+$/u, "");
  const last = read.at(-1) ?? "";
  if (/[가-힣]/.test(last)) return endOfSyllable(last);
  if (/[ㄱ-ㅎ]/.test(last)) return last === "ㄹ" ? liquid : consonant;
  if (/[んン]/.test(last)) return consonant;
  if (/[ㅏ-ㅣ\p{Script=Hiragana}\p{Script=Katakana}]/u.test(last)) return vowel;
  if (/[0-9]/.test(last)) return digits[last];
  if (/\p{Script=Latin}/u.test(last)) {
    const [, unit, word] = read.normalize("NFD").replace(/\p{Mn}/gu, "").match(/([0-9]?)([a-z]*)$/i);
    return unit && word ? endOfLetter(word.at(-1).toLowerCase()) : endOfLatin(word); // a unit, such as 4MiB
  }
  return unknown;
}

// A syllable's final consonant is in its place in Unicode.
function endOfSyllable(syllable) {
  const finals = 28, rieul = 8;
  const final = (syllable.charCodeAt(0) - 0xac00) % finals;
  return final === 0 ? vowel : final === rieul ? liquid : consonant;
}

// By letters, as Korean writes English: right for most words, and not for all.
function endOfLatin(word) {
  if (word === "") return unknown;
  let lower = word.toLowerCase();
  if (word === word.toUpperCase() || !/[aeiouy]/.test(lower)) return endOfLetter(lower.at(-1));
  if (lower.endsWith("ng")) return consonant;
  if (lower.endsWith("e")) { // silent: Jane is 제인
    if (!/[aeiouy].*[lmn]e$/.test(lower)) return vowel;
    lower = lower.slice(0, -1);
  }
  if (/l$/.test(lower)) return liquid;
  if (/[mn]$/.test(lower)) return consonant;
  return /[bckpt]$/.test(lower) ? endOfStop(lower.slice(0, -1), lower.at(-1)) : vowel;
}

// The names of letters: 엘, 엠, 엔, 알.
const endOfLetter = (letter) => "lr".includes(letter) ? liquid : "mn".includes(letter) ? consonant : vowel;

// After one short vowel a stop is a final consonant (Bob is 밥), otherwise a syllable (Mark is 마크).
function endOfStop(before, stop) {
  if (stop === "k" && before.endsWith("oo")) return consonant; // book is 북
  if (before.length > 1 && (before.endsWith(stop) || stop === "k" && before.endsWith("c"))) before = before.slice(0, -1);
  return /(^|[^aeiouy]|i(?=o$))[aeiouy]$/.test(before) ? consonant : vowel;
}
