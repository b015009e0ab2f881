// Emoji after a colon, by their English and Korean names. The names are loaded with the first of them.

import { later } from "../later.js";
import { make } from "../view/make.js";
import { lang } from "../words.js";

const load = later(() => import("../emoji/search.js"));

export class Emoji {
  #search = null; // the function, once it is there
  #loading = null;

  prepare() {
    if (this.#search || this.#loading) return null;
    this.#loading = this.#load();
    return this.#loading;
  }

  async #load() {
    try {
      this.#search = (await load()).search;
    } finally {
      this.#loading = null;
    }
  }

  // A name with a colon after it is spelled: it is that emoji, or nothing.
  find(query) {
    const isSpelled = query.endsWith(":");
    const found = this.#search?.(isSpelled ? query.slice(0, -1) : query) ?? [];
    return found.filter(({ names }) => !isSpelled || `${names[0]}:` === query)
      .map((each) => ({ value: each.emoji, isSpelled, draw: () => drawEmoji(each) }));
  }
}

const drawEmoji = ({ emoji, names, korean }) => [
  make("span", { className: "completion-emoji" }, emoji),
  make("span", { className: "completion-name" }, `:${names[0]}`),
  make("span", { className: "completion-about" }, lang === "ko" ? korean : ""),
];
