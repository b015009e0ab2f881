// One end of the list, beyond which there are more messages: a link, whose page is loaded as the
// reader comes near.

const near = "600px 0px";

import { t } from "../words.js";

export class Edge {
  #link;
  #viewport;
  #words;
  #load;
  #watcher;
  #loading = false;

  // load fetches and shows what is beyond, and returns whether there is still more; it throws
  // if that failed. words begins the keys of what it says.
  constructor({ link, viewport, words, load }) {
    this.#link = link;
    this.#viewport = viewport;
    this.#words = words;
    this.#load = load;
    this.#say("more");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#reach();
    });
    this.#watcher = new IntersectionObserver((entries) => {
      if (entries.at(-1).isIntersecting) this.#reach();
    }, { root: viewport, rootMargin: near });
    this.#watcher.observe(link);
  }

  get more() {
    return !this.#link.hidden;
  }

  // Takes whether there is more.
  set more(more) {
    if (more === this.more && !this.#loading) return;
    if (!more && document.activeElement === this.#link) this.#viewport.focus({ preventScroll: true });
    this.#link.hidden = !more;
    this.#say("more");
    // Watched anew, since what stays within reach is not reported again.
    this.#watcher.unobserve(this.#link);
    this.#watcher.observe(this.#link);
  }

  async #reach() {
    if (this.#loading || !this.more) return;
    this.#loading = true;
    this.#say("loading");
    try {
      this.more = await this.#load();
    } catch {
      this.#say("failed");
    } finally {
      this.#loading = false;
    }
  }

  #say(what) {
    this.#link.textContent = t(this.#words + what);
  }
}
