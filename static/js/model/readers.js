// How far people have read the room: a position for each name.

export class Readers {
  #upto = new Map();

  // Takes how far somebody has read. Nobody goes back.
  advance(name, seq) {
    this.#upto.set(name, Math.max(seq, this.#upto.get(name) ?? 0));
  }

  // Returns the names of those who have read up to a position.
  of(seq) {
    return [...this.#upto].filter(([, upto]) => upto >= seq).map(([name]) => name);
  }
}
