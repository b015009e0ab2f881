// Tells whether an input method (Korean, Japanese, Chinese) is at work in a field.

// How long the end of a composition may be in coming, once a plain key has shown that it is
// over; in milliseconds. Some browsers never tell it.
const longestEnd = 100;

export class InputMethod {
  #field;
  #composing = false;
  #ending = false;
  #whenDone = null;

  constructor(field) {
    this.#field = field;
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
    return this.#composing;
  }

  // Reports whether a key press is the input method's and not the person's word to the page.
  // Safari sends the Enter that ends a composition just after compositionend, as key code 229.
  // Chrome on macOS sends two: one while composing, and, in the same tick as the end, a plain
  // Enter (13) which is meant for the page; others send that one before the end.
  owns(event) {
    const plain = event.keyCode === 13 && !event.isComposing;
    return !plain && (this.#composing || this.#ending || event.isComposing || event.keyCode === 229);
  }

  // Runs an action once the field holds everything that was typed. It is never
  // rewritten during a composition, or the last syllable would come back into it.
  afterwards(action) {
    if (!this.#composing) {
      action();
      return;
    }
    const waiting = this.#whenDone !== null;
    this.#whenDone = action;
    if (!waiting) setTimeout(() => this.#finish(), longestEnd);
  }

  // Has a composition end, and then runs an action: for what is pressed beside the field.
  end(action) {
    const composing = this.#composing;
    this.afterwards(action);
    if (!composing || document.activeElement !== this.#field) return;
    this.#field.blur(); // ends a composition in every browser
    this.#field.focus();
  }

  #ended() {
    this.#ending = false;
    if (!this.#composing) this.#finish();
  }

  #finish() {
    const action = this.#whenDone;
    this.#whenDone = null;
    if (!action) return;
    this.#composing = false; // its end was never told
    action();
  }
}
