// What comes by the stream and what happens in the outbox, drawn together before the next paint:
// however much it is, the page is measured once.

import { oncePerFrame } from "./frame.js";
import { words } from "./words.js";

const spokenAtOnce = 5; // messages; of more only the number is told

export class Feed {
  #parts;
  #events = [];
  #changes = [];
  #ask = oncePerFrame(() => this.#draw());

  // isOwn tells whether the reader has sent an event. announcer is the element whose text screen
  // readers speak. ondrawn is called after each change.
  constructor({ timeline, history, scroller, announcer, isOwn, ondrawn }) {
    this.#parts = { timeline, history, scroller, announcer, isOwn, ondrawn };
  }

  // Takes a message that came.
  add(event) {
    this.#events.push(event);
    this.#ask();
  }

  // Takes a change of what stands below the messages.
  change(change) {
    this.#changes.push(change);
    this.#ask({ urgent: true });
  }

  // Draws what had to wait for history.
  resume() {
    this.#ask();
  }

  #draw() {
    const { timeline, history, scroller, isOwn, ondrawn } = this.#parts;
    const changes = this.#changes.splice(0);
    const events = history.loading ? [] : this.#events.splice(0).filter((event) => timeline.lacks(event));
    const news = events.filter((event) => !isOwn(event));
    scroller.follow(() => {
      history.show(events);
      if (news.length > 0) this.#announce(news);
      for (const change of changes) change();
      ondrawn();
    }, news.length);
  }

  #announce(news) {
    const lines = news.map((event) => words.spoken(event.user_name, event.message));
    this.#parts.announcer.textContent = news.length > spokenAtOnce ? words.newMessages(news.length) : lines.join("\n");
  }
}
