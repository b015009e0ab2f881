// A message that begins with a slash and a word is something to be done.

const shape = /^\/(\p{L}+)(?:\s+([^]*))?$/u;

// Returns the name and the rest of such a text, or null. A path is none: its word ends with a slash.
export function commandOf(text) {
  const [, name, rest = ""] = shape.exec(text) ?? [];
  return name ? { name: name.toLowerCase(), rest } : null;
}

// Returns what somebody does as a message that reads well wherever it is read: in italics, or in a
// terminal between asterisks. Each paragraph has its own, since emphasis ends with it.
export function asAction(rest) {
  const mark = rest.includes("*") ? "_" : "*";
  return rest.replace(/\S[^]*?(?=\s*(?:\n\s*\n|$))/g, (paragraph) => mark + paragraph + mark);
}
