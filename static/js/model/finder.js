// Finds names while they are typed: by the beginning of a word, whatever its case and accents, and
// in Hangul by what is there of a syllable, or by its initial consonant alone. 미 and ㅁㅈ find 민준.

import { isConsonant, isVowel, letters } from "./hangul.js";

const accents = /([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu;
const inWord = /[\p{L}\p{N}]/u;

// Returns a function that tells how well a text is found by what was typed: 0 if it begins so, 1
// if another of its words does, 2 if one has that within, and Infinity if none.
export function finder(typed) {
  const wanted = characters(typed).map(asTyped).join("");
  return (text) => {
    const all = characters(text);
    const parts = all.map(asTyped);
    const rankAt = (at) => (at === 0 ? 0 : inWord.test(all[at]) && !inWord.test(all[at - 1]) ? 1 : 2);
    return Math.min(...parts.map((_, at) => (goesOn(wanted, parts, at) ? rankAt(at) : Infinity)));
  };
}

// Returns those of items that are found by what was typed, the best first, and else in the order
// that they have. textsOf returns the texts by which an item is found.
export function find(typed, items, textsOf) {
  const rank = finder(typed);
  const found = items.map((item) => ({ item, rank: Math.min(...textsOf(item).map(rank)) }));
  return found.filter((each) => each.rank < Infinity).sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

const characters = (text) => [...text.normalize("NFD").replace(accents, "$1").normalize("NFC").toLowerCase()];

const asTyped = (character) => letters(widthless(character));

// Letters of the width of Chinese characters are letters. (Of Hangul's, NFKC makes others.)
const widthless = (character) => (character >= "！" && character <= "～" ? character.normalize("NFKC") : character);

// Reports whether what is wanted, from a letter on, is in parts, from one on. A part has to be there
// whole, but for the last; a consonant with no vowel after it may stand for a whole syllable.
function goesOn(wanted, parts, at, from = 0) {
  if (from === wanted.length) return true;
  if (at === parts.length) return false;
  const part = parts[at];
  if (part.startsWith(wanted.slice(from))) return true;
  if (wanted.startsWith(part, from) && goesOn(wanted, parts, at + 1, from + part.length)) return true;
  const alone = isConsonant(wanted[from]) && !isVowel(wanted[from + 1] ?? "");
  return alone && part.length > 1 && part[0] === wanted[from] && goesOn(wanted, parts, at + 1, from + 1);
}
