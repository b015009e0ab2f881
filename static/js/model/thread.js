// Which messages the page shows: all of the room or, of a thread, the one with which it begins, what
// answers that, what answers those, and so on.

export const wholeRoom = { root: "", add() {}, takes: () => true, answered: () => "" };

export class Thread {
  root; // the id of the message with which it begins
  #ids;

  constructor(root, messages) {
    this.root = root;
    this.#ids = new Set([root]);
    this.add(messages);
  }

  // Takes messages of which the server says that they belong to it.
  add(messages) {
    for (const { id } of messages) this.#ids.add(id);
  }

  // Reports whether a message belongs to it; then what answers that one does too. They have to be
  // asked for in the order of the log.
  takes({ id, reply_to }) {
    if (this.#ids.has(reply_to)) this.#ids.add(id);
    return this.#ids.has(id);
  }

  // Returns the id of the message that is answered by what is written here: the first of those shown
  // that is not deleted.
  answered(shown) {
    const first = shown[0]?.id === this.root && shown.find(({ deleted }) => !deleted);
    return first ? first.id : this.root;
  }
}
