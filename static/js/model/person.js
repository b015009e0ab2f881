// How a person is shown by their name alone: initials, and one of a few colours. The server has
// the same rules.

const hues = 8;

// A character with what is joined to it.
const character = /^\p{L}\p{M}*|^[^]\p{M}*(?:\u200d[^]\p{M}*)*/u;

// Returns one or two characters. Scripts with capitals have two, of a name's first two words or of
// its only one; others one, which says as much.
export function initials(name) {
  const [first = "", second = ""] = name.split(" ").filter(Boolean);
  const one = first.match(character)?.[0] ?? "";
  if (one.toUpperCase() === one.toLowerCase()) return one;
  const rest = second || first.slice(one.length);
  const two = rest.match(/^\p{L}\p{M}*/u)?.[0] ?? "";
  return one.toUpperCase() + (second ? two.toUpperCase() : two.toLowerCase());
}

// Returns the number of a name's colour: its FNV-1a hash, so that names alike differ.
export function hue(name) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % hues;
}
