// Tells whether an input method (Korean, Japanese, Chinese) is at work in a field.

export class InputMethod {
  #composing = false;
  #ending = false;
  #whenDone = null;

  constructor(field) {
    field.addEventListener("compositionstart", () => {
      this.#composing = true;
    });
    field.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#ending = true;
      setTimeout(() => this.#ended());
    });
  }

  get composing() {
    return this.#composing || this.#ending;
  }

  // Reports whether a key press is the input method's and not the person's word
  // to the page. Safari sends the Enter that ends a composition just after
  // compositionend, as key code 229. Chrome on macOS sends two: one while composing,
  // and, in the same tick as the end, a plain Enter (13) which is meant for the page.
  owns(event) {
    if (!event.isComposing && event.keyCode !== 229) this.#composing = false; // its end was never told
    return this.#composing || event.isComposing || (this.#ending && event.keyCode !== 13);
  }

  // Runs an action once the field holds everything that was typed. It is never
  // rewritten during a composition, or the last syllable would come back into it.
  afterwards(action) {
    if (this.composing) this.#whenDone = action;
    else action();
  }

  #ended() {
    this.#ending = false;
    const action = this.#whenDone;
    if (this.#composing) return;
    this.#whenDone = null;
    action?.();
  }
}
