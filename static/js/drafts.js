// What is being written in a room, kept in this browser until it is sent. Each tab has its own, since
// two may be written in at once. What a tab has left that is gone, the next one takes up. A draft is
// {text, replyTo}: the latter is the id of the message that it answers, or empty.

import { newClientId } from "./client.js";
import { browserMemory, tabMemory } from "./storage.js";

const tabKey = "tab"; // under which a tab remembers its id between two pages
const answered = 200; // milliseconds in which the tabs that are open answer

export class Drafts {
  #key;
  #tab;
  #draft = { text: "", replyTo: "" }; // of this tab
  #channel = new BroadcastChannel("plainchat:drafts");

  constructor(room) {
    this.#key = `draft:${room}:`;
    this.#tab = tabMemory.recall(tabKey) ?? newClientId();
    this.#hold();
    addEventListener("pagehide", () => tabMemory.remember(tabKey, this.#tab));
    addEventListener("pageshow", () => this.#hold());
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "who?") this.#channel.postMessage({ tab: this.#tab });
    });
  }

  // While a page has the id, the tab does not: a copy of the tab would have the same.
  #hold() {
    tabMemory.remember(tabKey, "");
  }

  // Returns what was being written in this tab.
  recall() {
    this.#draft = this.#all().find(({ tab }) => tab === this.#tab) ?? this.#draft;
    return this.#draft;
  }

  // Keeps what has changed of the draft. Without a text there is none.
  keep(changes) {
    this.#draft = { ...this.#draft, ...changes, tab: this.#tab, time: Date.now() };
    browserMemory.remember(this.#key + this.#tab, this.#draft.text && JSON.stringify(this.#draft));
  }

  // Returns what was written last in a tab that is no longer open, or null. It stays kept until it is
  // taken.
  async findLeft() {
    if (this.#all().length === 0) return null;
    const open = await this.#openTabs();
    const left = this.#all().filter(({ tab }) => !open.has(tab));
    return left.sort((a, b) => b.time - a.time)[0] ?? null;
  }

  // Makes what another tab left this one's.
  take({ tab, text, replyTo }) {
    this.keep({ text, replyTo });
    browserMemory.remember(this.#key + tab, "");
  }

  #openTabs() {
    const open = new Set([this.#tab]);
    const hear = ({ data }) => open.add(data.tab);
    this.#channel.addEventListener("message", hear);
    this.#channel.postMessage("who?");
    return new Promise((resolve) => {
      setTimeout(() => {
        this.#channel.removeEventListener("message", hear);
        resolve(open);
      }, answered);
    });
  }

  #all() {
    return browserMemory.recallAll(this.#key).flatMap(parse);
  }
}

// Returns the draft in a list, or an empty list for what is none.
function parse(json) {
  try {
    const { tab, time, text, replyTo = "" } = JSON.parse(json);
    return typeof text === "string" && typeof replyTo === "string" ? [{ tab, time, text, replyTo }] : [];
  } catch {
    return [];
  }
}
