// The message that the composer answers.

import { fillLine } from "./view/quote.js";

export class Reply {
  #element;
  id; // of that message; empty for none

  constructor({ element, oncancel }) {
    this.#element = element;
    this.id = element.querySelector("input")?.value ?? ""; // chosen without script
    element.querySelector(".cancel").addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
      oncancel();
    });
  }

  start(quote) {
    this.id = quote.id;
    fillLine(this.#element, quote);
    this.#element.hidden = false;
  }

  // Returns the id, and answers nothing any more.
  clear() {
    const { id } = this;
    this.id = "";
    this.#element.hidden = true;
    return id;
  }
}
