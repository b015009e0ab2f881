// Keeps the place of the reader. The viewport is laid out from its bottom (a
// reversed flex column), so that it starts at the newest message before any
// script has run, follows when at the bottom, and does not move when older
// messages are added on top. scrollTop is 0 at the bottom and negative above.

import { t } from "../words.js";

const slack = 24; // pixels from the bottom that still count as being there

export class Scroller {
  #viewport;
  #jump;
  #isComplete;
  #unseen = 0;
  #wasAtBottom = true;
  #held = null; // what was being read when it was last held, and where it should be

  // isComplete tells whether the bottom is the end of all messages; onjump leads there. onarrive is
  // called when the reader comes to the bottom, or leaves it.
  constructor({ viewport, jump, isComplete, onjump, onarrive }) {
    this.#viewport = viewport;
    this.#jump = jump;
    this.#isComplete = isComplete;
    viewport.addEventListener("scroll", () => {
      const { atBottom } = this;
      this.#show();
      if (atBottom !== this.#wasAtBottom) onarrive();
      this.#wasAtBottom = atBottom;
    }, { passive: true });
    jump.addEventListener("click", () => {
      onjump();
      viewport.focus({ preventScroll: true });
    });
  }

  get atBottom() {
    return this.#isComplete() && -this.#viewport.scrollTop <= slack;
  }

  toBottom() {
    this.#viewport.scrollTop = 0;
    this.#show();
  }

  // Runs a change of the newest messages. At the bottom the page follows; above it, what is being
  // read stays where it is, and count messages are reported as new.
  follow(change, count) {
    if (this.atBottom) {
      change();
      this.toBottom();
      return;
    }
    this.#unseen += count;
    this.hold(change);
  }

  // Runs a change, and keeps what is being read where it is.
  hold(change) {
    const { element, top } = this.#place();
    change();
    if (element?.isConnected) {
      this.#viewport.scrollTop += this.#topOf(element) - top;
      this.#held = { element, top };
    }
    this.#show();
  }

  // What is being read, as the id of its message and where that is; null at the end of all.
  get place() {
    if (this.atBottom) return null;
    const { element, top } = this.#place();
    return element?.matches(".message") ? { id: element.id.slice("m-".length), top } : null;
  }

  // Brings a message that is shown to where it was.
  put({ id, top }) {
    this.#viewport.scrollTop += this.#topOf(document.getElementById(`m-${id}`)) - top;
    this.#show();
  }

  // Returns what is being read, and where. The browser scrolls by whole pixels: what is less is
  // made up for the next time, or the page would creep.
  #place() {
    const held = this.#held;
    if (held?.element.isConnected && Math.abs(this.#topOf(held.element) - held.top) < 1) return held;
    const element = this.#firstVisible();
    return { element, top: element && this.#topOf(element) };
  }

  // The top of an element, from the bottom of the viewport.
  #topOf(element) {
    return element.getBoundingClientRect().top - this.#viewport.getBoundingClientRect().bottom;
  }

  #firstVisible() {
    const { top, left, width } = this.#viewport.getBoundingClientRect();
    for (const element of this.#viewport.querySelectorAll(".message")) {
      if (element.getBoundingClientRect().bottom > top) return element;
    }
    return document.elementFromPoint(left + width / 2, top + 1);
  }

  // Writes only what is another than before, which else would be laid out again.
  #show() {
    if (this.atBottom) this.#unseen = 0;
    const far = -this.#viewport.scrollTop > this.#viewport.clientHeight;
    const hidden = this.#unseen === 0 && !far && this.#isComplete();
    if (this.#jump.hidden !== hidden) this.#jump.hidden = hidden;
    const label = this.#unseen ? t("page.jump_to_new", { n: this.#unseen }) : t("page.jump");
    if (this.#jump.textContent !== label) this.#jump.textContent = label;
  }
}
