// Says how the connection is: always in the header, and in a banner when it has
// been gone for longer than a passing moment.

import { words } from "./words.js";

const grace = 1500; // milliseconds

export class Connection {
  #status;
  #banner;
  #text;
  #timer = 0;

  constructor({ status, banner, text, retry, onretry }) {
    this.#status = status;
    this.#banner = banner;
    this.#text = text;
    retry.addEventListener("click", onretry);
    addEventListener("online", onretry);
    addEventListener("offline", () => this.#raise());
  }

  show(state) {
    if (this.#status.dataset.state !== state) {
      this.#status.dataset.state = state;
      this.#status.textContent = words.connection[state];
    }
    if (state === "open") this.#lower();
    else this.#timer ||= setTimeout(() => this.#raise(), grace);
  }

  #raise() {
    this.#text.textContent = navigator.onLine ? words.serverGone : words.offline;
    this.#banner.hidden = false;
  }

  #lower() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#banner.hidden = true;
  }
}
