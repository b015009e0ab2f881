// By what a mention and a name are compared. The server has the same rule, for the names that it tells
// of in activity.

// Returns the key of a name: in lower case, and without the punctuation at its end, which cannot be
// told from that of a sentence.
export function mentionKey(name) {
  const bare = name.replace(/[^\P{P}_-]+$/u, "") || name;
  return bare.normalize("NFKC").toLowerCase();
}
