// The message that the composer answers.

import { quoteOf } from "./model/quote.js";
import { fillLine } from "./view/quote.js";

export class Reply {
  #element;
  #quote;
  id; // of that message; empty for none

  constructor({ element, oncancel }) {
    this.#element = element;
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
  }

  // Takes that a message has another text, or was deleted.
  change(id, changes) {
    if (id !== this.id) return;
    this.#quote = quoteOf({ ...this.#quote, ...changes });
    fillLine(this.#element, this.#quote);
  }

  // Returns the id, and answers nothing any more. What was deleted cannot be answered.
  clear() {
    const id = this.#quote.deleted ? "" : this.id;
    this.id = "";
    this.#element.hidden = true;
    return id;
  }
}
