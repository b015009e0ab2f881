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
    input.addEventListener("change", () => this.commit());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (this.commit()) ondone();
    });
  }

  // Takes the name in the field, and returns whether there is a good one.
  commit() {
    const name = tidy(this.#parts.input.value);
    const problem = !name ? words.nameMissing : [...name].length > maxLength ? words.nameTooLong : "";
    if (problem) {
      this.explain(problem);
      this.#parts.input.focus();
      return false;
    }
    this.#parts.problem.textContent = "";
    this.#parts.details.open = false;
    this.adopt(name);
    return true;
  }

  // Becomes a name, such as the form in which the server wrote it.
  adopt(name) {
    if (name === this.name) return;
    this.name = name;
    const { input, label, shown, onchange } = this.#parts;
    input.value = name;
    label.textContent = words.you;
    shown.textContent = name;
    document.cookie = `user_name=${encodeURIComponent(name)}; path=/; max-age=${year}; samesite=lax`;
    onchange(name);
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
