// Finds emoji by their names.

import { finder } from "../model/finder.js";
import { data } from "./data.js";

// The groups, each with a name and emoji: {emoji, names, korean}. The names are in both languages; the
// first is what it is called in English, and korean what it is called in Korean.
export const groups = parse(data);

const all = groups.flatMap((group) => group.emoji);

// Returns the emoji that are found by what was typed, the best first: those that are called so, those
// whose name begins so, and those of which anything else does. Within words nothing is looked for,
// or a few letters would find too many.
export function search(typed) {
  const rank = finder(typed);
  const whole = typed.toLowerCase();
  const scored = all.map((each) => {
    const called = [each.names[0], each.korean];
    const score = called.includes(whole) ? 0 : called.some((name) => rank(name) === 0) ? 1 : Math.min(...each.names.map(rank)) + 2;
    return { each, score };
  });
  return scored.filter(({ score }) => score < 4).sort((a, b) => a.score - b.score).map(({ each }) => each);
}

function parse(text) {
  const groups = [];
  for (const line of text.trim().split("\n")) {
    const [emoji, ...english] = line.split("|")[0].split(" ");
    const korean = line.split("|")[1]?.split(" ");
    if (emoji === "#") groups.push({ name: english[0], emoji: [] });
    else groups.at(-1).emoji.push({ emoji, names: [...english, ...korean], korean: korean[0] });
  }
  return groups;
}
