// Who is typing: others are shown, and of the reader the others are told.

import { postTyping } from "./client.js";
import { t } from "./words.js";

const again = 3000; // milliseconds, after which it is told again: it holds for 5 s
const named = 2; // people; of more it is told that they are several

export class Typing {
  #parts;
  #told = -again;

  // line shows who is typing. field is where the reader types; myName returns the reader's name.
  constructor({ path, line, field, myName }) {
    this.#parts = { path, line, myName };
    field.addEventListener("input", () => this.#tell(field.value));
  }

  // Takes the data of a typing event: everybody who is.
  update({ names }) {
    const { line, myName } = this.#parts;
    const others = names.filter((name) => name !== myName());
    const sentence = others.length === 0 ? "" : others.length > named ? t("page.typing_many") :
      t("page.typing", { names: others.join(", "), n: others.length });
    if (line.textContent !== sentence) line.textContent = sentence;
  }

  // What is sent, and the next begins anew.
  sent() {
    this.#told = -again;
  }

  #tell(text) {
    const { path, myName } = this.#parts;
    if (!myName() || !text.trim() || text.startsWith("/") || performance.now() - this.#told < again) return;
    this.#told = performance.now();
    postTyping(path, myName()).catch(() => {}); // nobody misses it
  }
}
