// The messages that the page has: a window on the room's history without a hole, in log order,
// each once. A message is an object as in the history of the wire and never changes; what becomes
// of it puts another object in its place.

import { quoteOf } from "./quote.js";

export class Messages {
  #all;
  #byId;
  #lookUp;
  #onquote;
  #asked = new Map(); // the last time that the quote of a message was asked for, by its id

  // messages are those of the page at its start. lookUp returns a quote of a message that is not
  // here, or null if there is none; onquote is called when one has come.
  constructor({ messages, lookUp, onquote }) {
    this.#all = messages;
    this.#byId = new Map(messages.map((message) => [message.id, message]));
    this.#lookUp = lookUp;
    this.#onquote = onquote;
  }

  get all() {
    return this.#all;
  }

  get size() {
    return this.#all.length;
  }

  get oldestId() {
    return this.#all[0]?.id ?? "";
  }

  get newestId() {
    return this.#all.at(-1)?.id ?? "";
  }

  get(id) {
    return this.#byId.get(id);
  }

  hasClientId(clientId) {
    return this.#all.some((message) => message.client_id === clientId);
  }

  // Reports whether a message is not here, and belongs here. That is so from the first message on;
  // if the window is whole, it has the first of the room.
  lacks({ id, seq }, { whole }) {
    const [first] = this.#all;
    return (whole || !first || seq > first.seq) && !this.#byId.has(id);
  }

  // Puts messages where they belong. One that is here already stays as it is.
  add(messages) {
    for (const message of messages) {
      if (this.#byId.has(message.id)) continue;
      let at = this.#all.length;
      while (at > 0 && this.#all[at - 1].seq > message.seq) at--;
      const whole = { ...message, quote: message.quote ?? this.quote(message.reply_to) };
      this.#all.splice(at, 0, whole);
      this.#byId.set(whole.id, whole);
      if (whole.reply_to && !whole.quote) this.#quoteFromAfar(whole);
    }
  }

  // Takes the body of a message that is here, which its acknowledgement had not.
  complete({ id, message, body }) {
    const known = this.get(id);
    if (body && known && !known.body && known.message === message) this.#put(known, { body });
  }

  // Puts a page of older messages, oldest first, before all others.
  prepend(messages) {
    const lacking = messages.filter(({ id }) => !this.#byId.has(id));
    for (const message of lacking) this.#byId.set(message.id, message);
    this.#all.unshift(...lacking);
  }

  // Puts messages in the place of all.
  replace(messages) {
    this.#all = [];
    this.#byId.clear();
    this.add(messages);
  }

  // Changes a message, if it is here, and what others tell of it. change is the members that are
  // another, or returns them from the message.
  change(id, change) {
    const message = this.get(id);
    const changes = typeof change === "function" ? message && change(message) : change;
    if (message) this.#put(message, changes);
    for (const reply of this.#all) {
      if (reply.reply_to !== id) continue;
      const quote = this.quote(id) ?? reply.quote;
      if (quote) this.#put(reply, { quote: quoteOf({ ...quote, ...changes }) });
      else if (typeof change !== "function") this.#quoteFromAfar(reply); // again: it may be on its way as it was
    }
  }

  // Returns what is told of a message by others, or null if it is not here.
  quote(id) {
    const message = id && this.get(id);
    return message ? quoteOf(message) : null;
  }

  // Takes messages off the top until no more than these are left, and returns whether there were
  // any.
  cutTop(most) {
    return this.#cut(this.#all.splice(0, Math.max(0, this.size - most)));
  }

  // The same off the bottom.
  cutBottom(most) {
    return this.#cut(this.#all.splice(most));
  }

  #cut(messages) {
    for (const { id } of messages) this.#byId.delete(id);
    return messages.length > 0;
  }

  #put(message, changes) {
    const after = { ...message, ...changes };
    this.#all[this.#all.indexOf(message)] = after;
    this.#byId.set(after.id, after);
  }

  async #quoteFromAfar({ id, reply_to }) {
    const turn = {};
    this.#asked.set(id, turn);
    const quote = await this.#lookUp(reply_to);
    if (this.#asked.get(id) !== turn) return;
    this.#asked.delete(id);
    const message = this.get(id);
    if (!quote || !message || message.deleted) return;
    this.#put(message, { quote });
    this.#onquote();
  }
}
