// Which texts are folded: those that are tall, about. The server has the same rule.

const tallest = 30; // lines
const lineColumns = 80; // of a line, before it is broken
const quoteIndent = 4; // columns that a quote takes
const deepest = 8; // quotes within each other that are shown as such

export function isLong(text) {
  if (text.length < tallest) return false;
  let height = 0;
  return text.split("\n", tallest + 1).some((line) => (height += linesOf(line)) > tallest);
}

// Returns about how many lines are shown of one that was typed.
function linesOf(line) {
  const depth = /^[ >]*/.exec(line)[0].replaceAll(" ", "").length;
  const columns = lineColumns - quoteIndent * Math.min(depth, deepest);
  let width = 0;
  for (const character of line) width += isWide(character.codePointAt(0)) ? 2 : 1;
  return Math.max(1, Math.ceil(width / columns));
}

// Reports whether a character is as wide as two Latin letters: those of East Asia, and emoji.
const isWide = (code) => code >= 0x1100 && wide.some(([first, last]) => code >= first && code <= last);

const wide = [
  [0x1100, 0x115f], [0x2e80, 0xa4cf], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60],
  [0x1f300, 0x1faff], [0x20000, 0x3fffd],
];
