// The list as a window on the room's history: some of its messages without a hole, as a rule the
// newest, and no more than a browser handles with ease. Where it ends, more is loaded as the
// reader comes near. Without the script a link leads to a page of older messages.

import { fetchPage } from "./client.js";
import { Edge } from "./view/edge.js";

const most = 500; // messages in the list of a room
const some = 50; // that are cut off at a time, since what is left has to be painted anew
const farBehind = 200; // messages, instead of which the newest page is loaded
const again = 5000; // milliseconds until a start that failed is tried again
const ofThread = 1000; // messages of a thread that are loaded at once: as many as the server sends

export class History {
  #path;
  #messages;
  #thread;
  #most;
  #scroller;
  #hold;
  #show;
  #older;
  #newer;
  #onloaded;
  #loads = 0; // of newer messages, that are under way
  #fetches = 0; // of any
  #stale = false; // the list must be started again
  #timer = 0;

  // thread tells which messages are shown. Those of a thread are all in the list, from its first on.
  // hold runs a change of the messages and shows it, with what is being read in its place; show
  // shows them from the end. onloaded is called whenever messages have come by history.
  constructor({ path, messages, thread, scroller, older, newer, viewport, hold, show, onloaded }) {
    this.#path = path;
    this.#messages = messages;
    this.#thread = thread;
    this.#most = thread.root ? Infinity : most;
    this.#scroller = scroller;
    this.#hold = hold;
    this.#show = show;
    this.#onloaded = onloaded;
    this.#older = new Edge({ link: older, viewport, words: "page.older.", load: () => this.#loadOlder() });
    this.#newer = new Edge({ link: newer, viewport, words: "page.newer.", load: () => this.#loadNewer() });
  }

  // Reports whether the list reaches the room's last message.
  get complete() {
    return !this.#newer.more && !this.#stale;
  }

  // Reports whether a message belongs into the list and is not there. The list has no holes, and
  // what is older is loaded as the reader comes near.
  lacks(message) {
    return this.#messages.lacks(message, { whole: !this.#older.more });
  }

  // Reports whether newer messages are being loaded. What comes meanwhile must be kept, and
  // shown afterwards.
  get loading() {
    return this.#loads > 0;
  }

  // Reports whether messages are being loaded: they may be as they were before what comes meanwhile.
  get fetching() {
    return this.#fetches > 0;
  }

  // Adds the messages that come after those in the list, if they have a place in it. They have
  // none where the list ends before them, nor if they are too many; then they are loaded later.
  add(events) {
    if (!this.complete || events.length === 0) return;
    const { atBottom } = this.#scroller;
    if (atBottom && events.length > farBehind) this.restart();
    else if (!atBottom && this.#messages.size + events.length > this.#most) this.#newer.more = true;
    else {
      this.#messages.add(events);
      if (atBottom && this.#messages.size >= this.#most + some && this.#messages.cutTop(this.#most)) this.#older.more = true;
    }
  }

  // Starts the list again with the newest page.
  async restart() {
    clearTimeout(this.#timer);
    this.#stale = true;
    try {
      this.#replace(await this.#fetchNewer({}));
    } catch {
      this.#timer = setTimeout(() => this.restart(), again);
    }
    this.#onloaded();
  }

  // Starts the list again with the page around a message. It throws as fetchPage does.
  async goTo(id) {
    try {
      this.#replace(await this.#fetchNewer({ around: id }));
    } finally {
      this.#onloaded();
    }
  }

  #replace({ messages, older, newer }) {
    clearTimeout(this.#timer);
    this.#stale = false;
    this.#messages.replace(messages);
    this.#older.more = older;
    this.#newer.more = newer;
    this.#show();
  }

  // Tries a start again that failed: the server is back.
  resume() {
    if (this.#stale && !this.loading) this.restart();
  }

  // Goes to the newest messages.
  async toLatest() {
    if (!this.complete) await this.restart();
    this.#scroller.toBottom();
  }

  async #loadOlder() {
    const before = this.#messages.oldestId;
    const { messages, older } = await this.#fetch({ before });
    this.#onloaded();
    if (this.#messages.oldestId !== before) return this.#older.more; // the list is another by now
    this.#hold(() => {
      this.#messages.prepend(messages);
      if (this.#messages.cutBottom(this.#most)) this.#newer.more = true;
    });
    return older;
  }

  async #loadNewer() {
    const after = this.#messages.newestId;
    const { messages, newer } = await this.#fetchNewer({ after });
    this.#onloaded();
    if (this.#messages.newestId !== after) return this.#newer.more;
    this.#hold(() => {
      this.#messages.add(messages);
      if (this.#messages.cutTop(this.#most)) this.#older.more = true;
    });
    return newer;
  }

  async #fetchNewer(query) {
    this.#loads++;
    try {
      return await this.#fetch(query);
    } finally {
      this.#loads--;
    }
  }

  async #fetch(query) {
    this.#fetches++;
    try {
      const { root } = this.#thread;
      const page = await fetchPage(this.#path, root ? { ...query, thread: root, limit: ofThread } : query);
      this.#thread.add(page.messages);
      return page;
    } finally {
      this.#fetches--;
    }
  }
}
