// Who the reader is: a name, kept in a cookie so that the server can fill it in.

import { words } from "./words.js";

const maxLength = 40; // characters
const year = 365 * 24 * 60 * 60;

export class Identity {
  #parts;
  name;

  // onchange is called with each new name; ondone when the person has finished with
  // the name field.
  constructor({ details, label, shown, input, problem, onchange, ondone }) {
    this.#parts = { details, label, shown, input, problem, onchange };
    this.name = tidy(input.defaultValue);
    details.addEventListener("toggle", () => {
      if (details.open && !problem.textContent) input.select(); // takes the focus too
    });
    input.addEventListener("change", () => this.#take());
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.commit()) ondone();
      } else if (event.key === "Escape" && this.name) {
        this.#close(this.name);
        ondone();
      }
    });
  }

  // Takes the name in the field, and returns whether there is a good one. If not, the
  // person is led to the field.
  commit() {
    const good = this.#take();
    if (!good) this.#parts.input.focus();
    return good;
  }

  #take() {
    const name = tidy(this.#parts.input.value);
    const problem = !name ? words.nameMissing : [...name].length > maxLength ? words.nameTooLong : "";
    if (problem) {
      this.explain(problem);
      return false;
    }
    this.#close(name);
    this.adopt(name);
    return true;
  }

  #close(name) {
    this.#parts.input.value = name;
    this.#parts.problem.textContent = "";
    this.#parts.details.open = false;
  }

  // Becomes a name, such as the form in which the server wrote it.
  adopt(name) {
    if (name === this.name) return;
    this.name = name;
    const { input, label, shown, onchange } = this.#parts;
    input.value = name;
    label.textContent = words.you;
    shown.textContent = name;
    onchange(name);
  }

  // Keeps the name for the next visit.
  keep() {
    document.cookie = `user_name=${encodeURIComponent(this.name)}; path=/; max-age=${year}; samesite=lax`;
  }

  // Opens the name field and says what is wrong with the name. The focus stays where
  // the person is typing.
  explain(problem) {
    this.#parts.problem.textContent = problem;
    this.#parts.details.open = true;
  }
}

function tidy(name) {
  return name.trim().replace(/\s+/gu, " ");
}
