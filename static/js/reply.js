// The message that the composer answers.

import { quoteOf } from "./model/quote.js";
import { fillLine } from "./view/quote.js";

export class Reply {
  #element;
  #quote;
  #lookUp;
  #onchange;
  #ongone;
  id; // of that message; empty for none

  // lookUp takes an id and returns a promise of the quote, or of null if it cannot be had. onchange
  // takes the id whenever it is another; ongone is called when a message to be answered was deleted.
  constructor({ element, lookUp, oncancel, onchange, ongone }) {
    this.#element = element;
    this.#lookUp = lookUp;
    this.#onchange = onchange;
    this.#ongone = ongone;
    this.id = element.querySelector("input")?.value ?? ""; // chosen without script
    const [user_name, message] = [".quote-name", ".quote-text"].map((part) => element.querySelector(part)?.textContent ?? "");
    this.#quote = { id: this.id, user_name, message };
    element.querySelector(".cancel").addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
      oncancel();
    });
  }

  start(quote) {
    this.id = quote.id;
    this.#quote = quote;
    fillLine(this.#element, quote);
    this.#element.hidden = false;
    this.#onchange(this.id);
  }

  // Goes on answering the message of an id.
  async resume(id) {
    if (!id || this.id) return;
    this.start({ id, user_name: "", message: "…" });
    const quote = await this.#lookUp(id);
    if (!quote || this.id !== id) return;
    this.start(quote);
    if (!quote.deleted) return;
    this.clear();
    this.#ongone();
  }

  // Takes that a message has another text, or was deleted. The line stays then: what is said beside it is
  // gone with the next letter.
  change(id, changes) {
    if (id !== this.id) return;
    this.#quote = quoteOf({ ...this.#quote, ...changes });
    fillLine(this.#element, this.#quote);
    if (this.#quote.deleted) this.#ongone();
  }

  // Returns the id, and answers nothing any more. What was deleted cannot be answered.
  clear() {
    const id = this.#quote.deleted ? "" : this.id;
    this.id = "";
    this.#element.hidden = true;
    this.#onchange("");
    return id;
  }
}
