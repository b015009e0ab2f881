// How many people are in the room, and for a moment who came or went.

import { words } from "./words.js";

const moment = 4000; // milliseconds

export class Presence {
  #element;
  #online = 0;
  #timer = 0;

  constructor(element) {
    this.#element = element;
  }

  // Takes the data of a presence event, or of a room in hello.
  update({ online, joined = [], left = [] }) {
    this.#online = online;
    clearTimeout(this.#timer);
    const news = [joined.length && words.joined(joined), left.length && words.left(left)].filter(Boolean);
    this.#show(news);
    if (news.length) this.#timer = setTimeout(() => this.#show([]), moment);
  }

  #show(news) {
    const count = this.#online > 0 ? [words.online(this.#online)] : [];
    this.#element.textContent = [...count, ...news].join(" · ");
  }
}
