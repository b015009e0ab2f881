// The stream tells who reacts by their names, and a page does not know all of them, nor who has
// had another name before. So it shows what the event says at once, and asks a moment later for
// the reactions as they stand. Many events are one request.

import { Refusal } from "./answer.js";

const soon = 500; // milliseconds, and at random as many again, so that not all pages ask at once
const later = 5000; // if nothing came of it

export class Recount {
  #fetchMessage;
  #settle;
  #asked = new Map(); // the position of the last event of each message that is to be asked for

  // settle takes the id of a message and its reactions.
  constructor({ fetchMessage, settle }) {
    this.#fetchMessage = fetchMessage;
    this.#settle = settle;
  }

  // Takes note that an event at a position has changed the reactions of a message.
  note(id, seq) {
    if (!this.#asked.has(id)) this.#wait(id, soon);
    this.#asked.set(id, seq);
  }

  #wait(id, time) {
    setTimeout(() => this.#ask(id), time * (1 + Math.random()));
  }

  // An answer that may be older than what the page shows is none.
  async #ask(id) {
    const seq = this.#asked.get(id);
    try {
      const { upto, reactions = [] } = await this.#fetchMessage(id);
      if (this.#asked.get(id) !== seq) return this.#wait(id, soon); // more has happened
      if (upto < seq) return this.#wait(id, later);
      this.#asked.delete(id);
      this.#settle(id, reactions);
    } catch (error) {
      if (error instanceof Refusal && !error.retryAfter) this.#asked.delete(id);
      else this.#wait(id, later);
    }
  }
}
