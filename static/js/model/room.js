// What the page knows of its room. All that happens changes it; what is shown follows from it.

import { Messages } from "./messages.js";
import { quoteOf } from "./quote.js";
import { Readers } from "./readers.js";

const plainName = (name) => name.normalize("NFKC").toLowerCase();

export class Room {
  messages;
  name; // the reader's
  #ownNames; // all that are the reader's: they may have had another, or have one on another device
  unreadAfter = 0; // the position of the last message that the reader had seen; 0 for no line
  topic = "";
  archived = false;
  readers = new Readers();
  #entries = new Map(); // what is on its way, by client id, each in the form of a message

  constructor({ messages, name, ownNames, topic, archived, lookUp, onquote }) {
    this.messages = new Messages({ messages, lookUp, onquote });
    Object.assign(this, { name, topic, archived });
    this.#ownNames = new Set([...ownNames, name]);
  }

  // The messages that are on their way, in the order in which they were written.
  get entries() {
    return [...this.#entries.values()];
  }

  get empty() {
    return this.messages.size === 0 && this.#entries.size === 0;
  }

  // Takes an entry of the outbox as it now is.
  putEntry(entry) {
    const { clientId, userName, text, replyTo, time } = entry;
    this.#entries.set(clientId, {
      id: clientId, seq: Infinity, user_name: userName, message: text, time, reply_to: replyTo,
      quote: this.messages.quote(replyTo), entry: { ...entry },
    });
  }

  removeEntry({ clientId }) {
    this.#entries.delete(clientId);
  }

  // Changes a message, and what is told of it by others, be they on their way.
  change(id, changes) {
    this.messages.change(id, changes);
    for (const [clientId, entry] of this.#entries) {
      if (entry.reply_to !== id || !entry.quote) continue;
      this.#entries.set(clientId, { ...entry, quote: quoteOf({ ...entry.quote, ...changes }) });
    }
  }

  // The server lets the reader have a name.
  own(name) {
    this.#ownNames.add(name);
  }

  isOwn(event) {
    return event.user_name === this.name || this.#ownNames.has(event.user_name);
  }

  // Reports whether a name is the reader's, however it is written.
  isOwnName = (name) => [this.name, ...this.#ownNames].some((own) => own && plainName(own) === plainName(name));
}
