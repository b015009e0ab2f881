// Completes what is being typed in a field: names, emoji and commands. What that takes is loaded
// when the first of them begins.

import { tokenAt } from "./completion/token.js";
import { later } from "./later.js";

const load = later(() => import("./completion/start.js"));

export class Completer {
  #parts;
  #about;
  #completion = null;
  #loading = false;

  // place is the element above which the list is. about has what is needed to find names: {path,
  // messages, reader}.
  constructor({ field, inputMethod, place, hasCommands = false }, about) {
    this.#parts = { field, inputMethod, place, hasCommands };
    this.#about = about;
    field.addEventListener("input", () => this.#begin());
  }

  // Reports whether something is chosen that Enter would take.
  get choosing() {
    return this.#completion?.choosing ?? false;
  }

  // Takes what is chosen, and returns whether something is.
  take() {
    return this.#completion?.take() ?? false;
  }

  async #begin() {
    const { value, selectionStart } = this.#parts.field;
    if (this.#completion || this.#loading || !tokenAt(value, selectionStart)) return;
    this.#loading = true;
    const loaded = await load().catch(() => null); // or with the next letter
    this.#loading = false;
    if (!loaded) return;
    this.#completion = loaded.start(this.#parts, this.#about);
    this.#completion.update();
  }
}
