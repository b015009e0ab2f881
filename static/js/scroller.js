// Keeps the place of the reader. The viewport is laid out from its bottom (a
// reversed flex column), so that it starts at the newest message before any
// script has run, follows when at the bottom, and does not move when older
// messages are added on top. scrollTop is 0 at the bottom and negative above.

import { words } from "./words.js";

const slack = 24; // pixels from the bottom that still count as being there

export class Scroller {
  #viewport;
  #jump;
  #unseen = 0;

  constructor(viewport, jump) {
    this.#viewport = viewport;
    this.#jump = jump;
    viewport.addEventListener("scroll", () => this.#show(), { passive: true });
    jump.addEventListener("click", () => {
      this.toBottom();
      viewport.focus({ preventScroll: true });
    });
  }

  get atBottom() {
    return -this.#viewport.scrollTop <= slack;
  }

  toBottom() {
    this.#viewport.scrollTop = 0;
    this.#show();
  }

  // Runs a change of the newest messages. At the bottom the page follows; above
  // it, what is being read stays where it is, and count messages are reported as new.
  follow(change, count) {
    if (this.atBottom) {
      change();
      this.toBottom();
      return;
    }
    const anchor = this.#firstVisible();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) this.#viewport.scrollTop += anchor.getBoundingClientRect().top - before;
    this.#unseen += count;
    this.#show();
  }

  #firstVisible() {
    const { top, left, width } = this.#viewport.getBoundingClientRect();
    for (const element of this.#viewport.querySelectorAll(".message")) {
      if (element.getBoundingClientRect().bottom > top) return element;
    }
    return document.elementFromPoint(left + width / 2, top + 1);
  }

  #show() {
    if (this.atBottom) this.#unseen = 0;
    const far = -this.#viewport.scrollTop > this.#viewport.clientHeight;
    this.#jump.hidden = this.#unseen === 0 && !far;
    this.#jump.textContent = this.#unseen ? words.jumpToNew(this.#unseen) : words.jump;
  }
}
