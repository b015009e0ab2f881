// What is being typed that can be completed: a name after @, an emoji after :, a command after /.

const longest = 64; // how many characters before the caret are looked at

const shapes = {
  "/": /^\/(\p{L}*)$/u,
  "@": /(?:^|[^\p{L}\p{N}@])@((?:[^\s@][^\n@]*)?)$/u,
  ":": /(?:^|[^\p{L}\p{N}:/]):([\p{L}+-][\p{L}\p{N}_+-]*:?)$/u,
};
const inWord = /^[\p{L}\p{N}]/u;

// Returns the sign with which it begins, what follows that as query, and where both start and end
// in the text; or null.
export function tokenAt(text, caret) {
  if (inWord.test(text.slice(caret, caret + 2)) || isCode(text, caret)) return null;
  const from = Math.max(0, caret - longest);
  const before = (from > 0 ? "x" : "") + text.slice(from, caret); // what is cut off is no beginning
  for (const [sign, shape] of Object.entries(shapes)) {
    const query = shape.exec(before)?.[1];
    if (query === undefined || (sign === ":" && isShort(query))) continue;
    return { sign, query, start: caret - query.length - 1, end: caret };
  }
  return null;
}

// Between backticks nothing is completed.
const isCode = (text, caret) => (text.slice(0, caret).match(/`+/g) ?? []).length % 2 === 1;

// One letter is a face, such as :D; a syllable of Hangul says more.
const isShort = (query) => query.length < 2 && !/\p{Script=Hangul}/u.test(query);
