// The reader's place in the history of the room, for each page that the tab has been on: whoever goes
// back, from a thread or from another room, finds what they were reading.

import { leadTo } from "./goto.js";
import { tabMemory } from "./storage.js";

const { location, history: tab } = globalThis;

const address = () => location.pathname + location.search;
const around = () => new URLSearchParams(location.search).get("around");

export class Place {
  #scroller;
  #history;
  #address = address();

  // history is the list, in which other parts of the room's history can be shown.
  constructor({ scroller, history }) {
    this.#scroller = scroller;
    this.#history = history;
    addEventListener("pagehide", () => this.#keep());
    addEventListener("popstate", () => {
      if (this.#address === address()) return; // it is another part of the same page
      this.#keep();
      this.#address = address();
      this.#restore();
    });
  }

  // Leads to what the page was opened for, or where the reader was when they left it: once the browser
  // has gone to the part that the address names, or it would take the focus away again.
  async open() {
    if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
    const [{ type }] = performance.getEntriesByType("navigation");
    if (type === "back_forward" && this.#kept) this.#restore();
    else if (around()) leadTo(around());
  }

  // Leads to a message, however old it is. It throws as fetchPage does.
  async to(id) {
    if (leadTo(id)) return;
    this.#keep();
    await this.#history.goTo(id);
    tab.pushState(null, "", `${location.pathname}?around=${id}`);
    this.#address = address();
    leadTo(id);
  }

  // Leads to the newest messages, of which the page is from now on.
  async toLatest() {
    await this.#history.toLatest();
    if (!/[?&](around|before|after)=/.test(location.search)) return;
    tab.replaceState(null, "", location.pathname);
    this.#address = address();
  }

  get #kept() {
    return JSON.parse(tabMemory.recall(`place:${this.#address}`) || "null");
  }

  #keep() {
    const { place } = this.#scroller;
    tabMemory.remember(`place:${this.#address}`, place && JSON.stringify(place));
  }

  async #restore() {
    const kept = this.#kept;
    const id = kept?.id ?? around();
    if (!id) {
      this.#history.toLatest();
      return;
    }
    const isShown = () => document.getElementById(`m-${id}`);
    if (!isShown()) await this.#history.goTo(id).catch(() => {}); // what is shown is of the room too
    if (!isShown()) return;
    if (kept) this.#scroller.put(kept);
    else leadTo(id);
  }
}
